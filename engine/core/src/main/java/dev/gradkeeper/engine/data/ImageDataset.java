package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.data.Transform.Normalize;
import dev.gradkeeper.engine.data.Transform.ToTensor;
import dev.gradkeeper.engine.io.Images;
import java.util.Arrays;
import java.util.List;

/**
 * Labelled images as float32 inputs of shape channels, height, width.
 *
 * <p>A transformed value depends on the channel and the byte alone: a {@link ChannelLevels} a
 * channel has the 256 values, with the roundings of {@code torchvision}.
 */
public final class ImageDataset implements Dataset {
  private final Images images;
  private final int[] inputShape;
  private final ChannelLevels[] levels;

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
    this.levels = new ChannelLevels[images.channels()];
    Arrays.setAll(levels, _ -> new ChannelLevels());
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
    int channels = levels.length;
    if (normalize.mean().length != channels || normalize.std().length != channels) {
      throw new IllegalArgumentException(
          "normalize: needs %d means and deviations, one a channel, but has %d and %d"
              .formatted(channels, normalize.mean().length, normalize.std().length));
    }
    for (int c = 0; c < channels; c++) {
      if (normalize.std()[c] == 0) {
        throw new IllegalArgumentException("normalize: std[%d] must not be zero".formatted(c));
      }
      levels[c].normalize(normalize.mean()[c], normalize.std()[c]);
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
    int plane = image.length / levels.length;
    for (int c = 0; c < levels.length; c++) {
      levels[c].apply(image, c * plane, plane, out, offset + c * plane);
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
