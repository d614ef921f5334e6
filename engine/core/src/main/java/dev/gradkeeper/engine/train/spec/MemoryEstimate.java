package dev.gradkeeper.engine.train.spec;

import java.util.List;

/**
 * What a run needs at its largest, in bytes: parameters with their gradients and optimizer state, a
 * checkpoint's copy of these, the activations of a batch with their gradients, the data itself, and
 * the batches under way.
 */
final class MemoryEstimate {
  private static final long FLOAT = Float.BYTES;

  /**
   * A layer's output, what it saves for backward, its gradient, and one of each being collected.
   */
  private static final long ACTIVATION_COPIES = 4;

  /** Code, buffers of metrics, and small objects of a run. */
  private static final long FIXED = 8L << 20;

  private MemoryEstimate() {}

  static long bytes(TrainingSpec spec, DataShape train, List<LayerShape> layers) {
    long parameters = 0;
    long activations = 0;
    for (LayerShape layer : layers) {
      parameters += layer.parameters();
      activations += layer.size();
    }
    int batch = spec.data().effectiveBatchSize(Math.max(1, train.samples()));
    long gradients = spec.parallel().effectiveShards(batch);
    long state = spec.optimizer().stateSize();
    long checkpoint = 1 + 1 + state;
    long perParameter = 1 + gradients + state + 1 + checkpoint;
    long sample = train.inputSize() * (train.images() ? 1 : FLOAT) + FLOAT;
    double bytes =
        FIXED
            + (double) FLOAT * parameters * perParameter
            + (double) FLOAT * batch * activations * ACTIVATION_COPIES
            + (double) FLOAT * batch * train.inputSize() * (2L + spec.data().workers())
            + (double) sample * train.samples();
    return (long) bytes;
  }
}
