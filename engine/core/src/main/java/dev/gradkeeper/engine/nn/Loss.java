package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.tensor.Tensor;

/** How far outputs are from targets: a tensor without dimensions. */
@FunctionalInterface
public interface Loss {
  Tensor forward(Tensor input, Tensor target);
}
