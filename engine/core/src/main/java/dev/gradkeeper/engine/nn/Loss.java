package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.tensor.Tensor;

/** How far outputs are from targets: a tensor without dimensions. */
@FunctionalInterface
public interface Loss {
  /** A tensor without dimensions, for outputs and targets of the shapes that the loss takes. */
  Tensor forward(Tensor input, Tensor target);
}
