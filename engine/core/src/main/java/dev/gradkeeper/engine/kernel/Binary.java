package dev.gradkeeper.engine.kernel;

/** Elementwise functions of two arguments. */
public enum Binary {
  /** a + b */
  ADD,
  /** a - b */
  SUB,
  /** a·b */
  MUL,
  /** a / b */
  DIV,
  /** The larger one; NaN if either is. */
  MAXIMUM,
  /** The smaller one; NaN if either is. */
  MINIMUM,
  /** {@code b} where {@code a > 0}, else 0: the backward of relu from its output or input. */
  WHERE_POSITIVE,
  /** {@code b·(1 - a²)}: the backward of tanh from its output {@code a}. */
  TANH_BACKWARD,
  /** {@code b·(1 - a)·a}: the backward of sigmoid from its output {@code a}. */
  SIGMOID_BACKWARD
}
