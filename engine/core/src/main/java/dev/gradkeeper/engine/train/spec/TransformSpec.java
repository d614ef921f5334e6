package dev.gradkeeper.engine.train.spec;

/** What happens to an image before it is a model's input; as in {@code torchvision.transforms}. */
public sealed interface TransformSpec {

  /** Bytes 0 to 255 become floats 0 to 1, channels first. */
  record ToTensor() implements TransformSpec {}

  /** (x - mean) / std for each channel. */
  record Normalize(double[] mean, double[] std) implements TransformSpec {}
}
