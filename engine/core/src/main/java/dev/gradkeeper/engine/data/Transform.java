package dev.gradkeeper.engine.data;

/** What happens to an image before it is a model's input, as in {@code torchvision.transforms}. */
public sealed interface Transform {

  /** Bytes 0 to 255 become float32 numbers 0 to 1, channels first. */
  record ToTensor() implements Transform {}

  /**
   * (x - mean) / std for each channel, in float32.
   *
   * @param mean one for each channel
   * @param std one for each channel, none of them zero
   */
  record Normalize(float[] mean, float[] std) implements Transform {}
}
