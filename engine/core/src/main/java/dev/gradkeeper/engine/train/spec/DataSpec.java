package dev.gradkeeper.engine.train.spec;

import java.util.List;

/**
 * Where samples come from and how they are batched, as {@code torch.utils.data.DataLoader} does.
 *
 * @param batchSize samples of a micro-batch; null for the whole set
 * @param workers prefetch threads; they change no draw
 * @param transforms of images, in order
 */
public record DataSpec(
    Source source,
    Integer batchSize,
    boolean shuffle,
    boolean dropLast,
    int workers,
    List<TransformSpec> transforms) {

  public DataSpec {
    transforms = List.copyOf(transforms);
  }

  /** Samples of one micro-batch when the set has {@code samples} of them. */
  public int effectiveBatchSize(int samples) {
    return batchSize == null ? samples : Math.min(batchSize, samples);
  }

  /** Micro-batches of an epoch over {@code samples} samples. */
  public int batchesPerEpoch(int samples) {
    int size = batchSize == null ? samples : batchSize;
    return dropLast ? samples / size : Math.ceilDiv(samples, size);
  }

  /** The three kinds of data. */
  public sealed interface Source {}

  /** A dataset that the caller resolves, by split. */
  public record Stored(String id, String split) implements Source {}

  /**
   * Samples given in the spec.
   *
   * @param inputs row-major
   * @param inputShape samples first
   * @param targets row-major; class indices for cross-entropy
   * @param targetShape samples first
   */
  public record Inline(double[] inputs, int[] inputShape, double[] targets, int[] targetShape)
      implements Source {}

  /**
   * Drawn from the run's own generator before the model draws: x = rand(n, 1)·xScale, then y =
   * weight·x + (bias + noise·randn(n, 1)).
   */
  public record LinearRegression(
      int samples, double xScale, double weight, double bias, double noise) implements Source {}
}
