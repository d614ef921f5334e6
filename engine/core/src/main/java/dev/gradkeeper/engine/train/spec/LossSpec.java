package dev.gradkeeper.engine.train.spec;

/**
 * scale · loss.
 *
 * @param reduction over the elements (mse) or samples (cross-entropy)
 */
public record LossSpec(Type type, Reduction reduction, double scale) {
  public enum Type {
    MSE,
    CROSS_ENTROPY
  }

  public enum Reduction {
    MEAN,
    SUM
  }
}
