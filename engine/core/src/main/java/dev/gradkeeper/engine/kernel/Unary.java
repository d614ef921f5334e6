package dev.gradkeeper.engine.kernel;

/** Elementwise functions of one argument. */
public enum Unary {
  /** -x */
  NEG,
  /** |x| */
  ABS,
  /** x² */
  SQUARE,
  /** √x */
  SQRT,
  /** 1 / x */
  RECIPROCAL,
  /** eˣ */
  EXP,
  /** Natural logarithm. */
  LOG,
  /** (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ) */
  TANH,
  /** 1 / (1 + e⁻ˣ) */
  SIGMOID,
  /** max(x, 0); NaN stays NaN, as in PyTorch. */
  RELU
}
