package dev.gradkeeper.engine.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Labelled images of one size as bytes, on the heap or in a mapped file.
 *
 * @param channels of each image
 * @param height in pixels
 * @param width in pixels
 * @param pixels samples·channels·height·width bytes, row-major
 * @param labels index into {@code classes} of each image; not copied
 * @param classes names, in the order of their labels
 */
public record Images(
    int channels, int height, int width, MemorySegment pixels, int[] labels, List<String> classes) {

  /**
   * @throws IllegalArgumentException if the sizes do not fit or a label has no class
   */
  public Images {
    classes = List.copyOf(classes);
    long expected = (long) labels.length * channels * height * width;
    if (pixels.byteSize() != expected) {
      throw new IllegalArgumentException(
          "images: %d pixels bytes for %d images of %dx%dx%d, which take %d"
              .formatted(pixels.byteSize(), labels.length, channels, height, width, expected));
    }
    for (int label : labels) {
      if (label < 0 || label >= classes.size()) {
        throw new IllegalArgumentException(
            "images: label %d is not one of %d classes".formatted(label, classes.size()));
      }
    }
  }

  /** Of bytes on the heap, which are not copied. */
  public Images(
      int channels, int height, int width, byte[] pixels, int[] labels, List<String> classes) {
    this(channels, height, width, MemorySegment.ofArray(pixels), labels, classes);
  }

  /** Number of images. */
  public int size() {
    return labels.length;
  }

  /** Bytes of one image. */
  public int imageBytes() {
    return channels * height * width;
  }

  /** Copies the bytes of image {@code index} to the start of {@code out}. */
  public void copy(int index, byte[] out) {
    MemorySegment.copy(
        pixels, ValueLayout.JAVA_BYTE, (long) index * imageBytes(), out, 0, imageBytes());
  }
}
