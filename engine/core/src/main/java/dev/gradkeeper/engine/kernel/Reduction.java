package dev.gradkeeper.engine.kernel;

/** What a reduction folds with. */
public enum Reduction {
  SUM,
  SUM_OF_SQUARES,
  MAX
}
