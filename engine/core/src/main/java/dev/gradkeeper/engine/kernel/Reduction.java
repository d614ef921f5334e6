package dev.gradkeeper.engine.kernel;

/** What a reduction folds with. */
public enum Reduction {
  /** Σx */
  SUM,
  /** Σx² */
  SUM_OF_SQUARES,
  /** The largest one; NaN if any is. */
  MAX
}
