package dev.gradkeeper.engine.kernel;

/** Elementwise functions of one argument. */
public enum Unary {
  NEG,
  ABS,
  SQUARE,
  SQRT,
  RECIPROCAL,
  EXP,
  LOG,
  TANH,
  SIGMOID,
  /** max(x, 0); NaN stays NaN, as in PyTorch. */
  RELU
}
