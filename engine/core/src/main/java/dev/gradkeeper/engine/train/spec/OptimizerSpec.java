package dev.gradkeeper.engine.train.spec;

/** Names and formulas of {@code torch.optim}. */
public sealed interface OptimizerSpec {

  /** Learning rate before the schedule. */
  double lr();

  /** Values of optimizer state for each parameter value. */
  int stateSize();

  /** See {@link dev.gradkeeper.engine.optim.SGD} for the formula. */
  record Sgd(
      double lr,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean maximize)
      implements OptimizerSpec {
    @Override
    public int stateSize() {
      return momentum == 0 ? 0 : 1;
    }
  }

  /**
   * See {@link dev.gradkeeper.engine.optim.Adam} for the formula; beta1 and beta2 are in [0, 1).
   */
  record Adam(
      double lr, double beta1, double beta2, double eps, double weightDecay, boolean maximize)
      implements OptimizerSpec {
    @Override
    public int stateSize() {
      return 2;
    }
  }
}
