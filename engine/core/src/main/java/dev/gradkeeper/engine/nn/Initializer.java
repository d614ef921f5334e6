package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * Writes a parameter's first values, drawing from the generator what it needs: {@code (w, g) ->
 * Init.normal(w, 0, 0.02, g)}.
 */
@FunctionalInterface
public interface Initializer {
  void apply(Tensor parameter, Generator generator);
}
