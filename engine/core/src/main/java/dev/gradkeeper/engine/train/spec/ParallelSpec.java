package dev.gradkeeper.engine.train.spec;

/**
 * How a micro-batch is computed in parts.
 *
 * @param shards parts of neighbouring samples, each with gradients of its own that are added in
 *     order; they are part of the bits. Null for as many as {@link #effectiveShards} says, which no
 *     machine changes
 * @param threads that compute shards at the same time, at most; they change no bit
 */
public record ParallelSpec(Integer shards, int threads) {
  /** One thread; shards by the size of the batch. */
  public static final ParallelSpec DEFAULT = new ParallelSpec(null, 1);

  /** Most shards and most threads. */
  public static final int MAX = 64;

  /** Samples that are worth a shard. */
  private static final int SHARD_SAMPLES = 64;

  private static final int MAX_DEFAULT_SHARDS = 8;

  /**
   * Shards of each micro-batch of a run whose batches have {@code batchSize} samples, except that
   * none is empty.
   */
  public int effectiveShards(int batchSize) {
    return shards != null ? shards : Math.clamp(batchSize / SHARD_SAMPLES, 1, MAX_DEFAULT_SHARDS);
  }
}
