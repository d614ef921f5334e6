package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.data.Transform.Normalize;
import dev.gradkeeper.engine.data.Transform.ToTensor;
import dev.gradkeeper.engine.io.Images;
import java.util.List;

/**
 * Labelled images as float32 inputs of shape channels, height, width.
 *
 * <p>A transformed value depends on the channel and the byte alone, so it is looked up in a table
 * of 256 values a channel, made with the roundings of {@code torchvision}.
 */
public final class ImageDataset implements Dataset {
  private static final int LEVELS = 256;

  private final Images images;
  private final int[] inputShape;
  private final float[][] values;

  /** One image's bytes for each reading thread. */
  private final ThreadLocal<byte[]> bytes;

  /**
   * @param transforms {@code to_tensor} first, then any number of {@code normalize}
   * @throws IllegalArgumentException if there are no images, or the transforms are others
   */
  public ImageDataset(Images images, List<Transform> transforms) {
    if (images.size() == 0) {
      throw new IllegalArgumentException("dataset: has no images");
    }
    if (transforms.isEmpty() || !(transforms.getFirst() instanceof ToTensor)) {
      throw new IllegalArgumentException(
          "transforms: the first one must be to_tensor, which makes numbers of an image's bytes");
    }
    this.images = images;
    this.inputShape = new int[] {images.channels(), images.height(), images.width()};
    this.values = new float[images.channels()][LEVELS];
    for (float[] channel : values) {
      for (int level = 0; level < LEVELS; level++) {
        channel[level] = level / 255f;
      }
    }
    for (Transform transform : transforms.subList(1, transforms.size())) {
      switch (transform) {
        case Normalize normalize -> apply(normalize);
        case ToTensor _ ->
            throw new IllegalArgumentException("transforms: to_tensor may come once alone");
      }
    }
    this.bytes = ThreadLocal.withInitial(() -> new byte[images.imageBytes()]);
  }

  private void apply(Normalize normalize) {
    int channels = values.length;
    if (normalize.mean().length != channels || normalize.std().length != channels) {
      throw new IllegalArgumentException(
          "normalize: needs %d means and deviations, one a channel, but has %d and %d"
              .formatted(channels, normalize.mean().length, normalize.std().length));
    }
    for (int c = 0; c < channels; c++) {
      float mean = normalize.mean()[c];
      float std = normalize.std()[c];
      if (std == 0) {
        throw new IllegalArgumentException("normalize: std[%d] must not be zero".formatted(c));
      }
      for (int level = 0; level < LEVELS; level++) {
        values[c][level] = (values[c][level] - mean) / std;
      }
    }
  }

  /** The images themselves. */
  public Images images() {
    return images;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int[] inputShape() {
    return inputShape;
  }

  @Override
  public int[] targetShape() {
    return new int[0];
  }

  @Override
  public int classes() {
    return images.classes().size();
  }

  @Override
  public void input(int index, float[] out, int offset) {
    byte[] image = bytes.get();
    images.copy(index, image);
    int plane = image.length / values.length;
    for (int c = 0; c < values.length; c++) {
      float[] channel = values[c];
      int from = c * plane;
      for (int i = from; i < from + plane; i++) {
        out[offset + i] = channel[image[i] & 0xff];
      }
    }
  }

  @Override
  public void target(int index, float[] out, int offset) {
    throw new UnsupportedOperationException("targets are class indices: use label");
  }

  @Override
  public int label(int index) {
    return images.labels()[index];
  }
}
