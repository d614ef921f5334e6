package dev.gradkeeper.benchmarks.libtorch;

/** A training job as libtorch runs it. */
public interface LibtorchWorkload {

  /** Of libtorch's default generator, from which the model draws its weights. */
  long SEED = 0;

  /**
   * @param channelsLast whether the weights of convolutions have their channels innermost
   */
  LibtorchModel model(boolean channelsLast);

  /**
   * @param channelsLast whether images have their channels innermost
   */
  Batches batches(boolean channelsLast);

  Sgd sgd();
}
