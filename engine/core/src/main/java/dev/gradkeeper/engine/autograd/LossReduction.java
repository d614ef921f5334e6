package dev.gradkeeper.engine.autograd;

/** What a loss does with the errors of all elements (mse) or samples (nll, cross-entropy). */
public enum LossReduction {
  /** The sum divided by the number of elements, or of samples. */
  MEAN,
  /** The sum. */
  SUM
}
