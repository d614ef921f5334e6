package dev.gradkeeper.engine.train.spec;

/**
 * scale · loss.
 *
 * @param reduction over the elements (mse) or samples (cross-entropy)
 */
public record LossSpec(Type type, Reduction reduction, double scale) {
  /** What is minimised. */
  public enum Type {
    /** (output - target)², of outputs and targets of one shape. */
    MSE,
    /** -log softmax(output)[target], of outputs [batch, classes] and class indices [batch]. */
    CROSS_ENTROPY
  }

  /** How the values of a batch become one. */
  public enum Reduction {
    /** Their sum divided by their number. */
    MEAN,
    /** Their sum. */
    SUM
  }
}
