package dev.gradkeeper.engine.kernel;

/** Elementwise functions of two arguments. */
public enum Binary {
  ADD,
  SUB,
  MUL,
  DIV,
  MAXIMUM,
  MINIMUM,
  /** {@code b} where {@code a > 0}, else 0: the backward of relu from its output or input. */
  WHERE_POSITIVE,
  /** {@code b·(1 - a²)}: the backward of tanh from its output {@code a}. */
  TANH_BACKWARD,
  /** {@code b·(1 - a)·a}: the backward of sigmoid from its output {@code a}. */
  SIGMOID_BACKWARD
}
