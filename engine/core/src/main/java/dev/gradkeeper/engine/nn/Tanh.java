package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.TensorMath;
import dev.gradkeeper.engine.tensor.Tensor;

/** Hyperbolic tangent, {@code torch.nn.Tanh}. */
public final class Tanh extends Module {
  @Override
  public Tensor forward(Tensor input) {
    return TensorMath.tanh(input);
  }
}
