package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.TensorMath;
import dev.gradkeeper.engine.tensor.Tensor;

/** 1/(1 + e⁻ˣ), {@code torch.nn.Sigmoid}. */
public final class Sigmoid extends Module {
  @Override
  public Tensor forward(Tensor input) {
    return TensorMath.sigmoid(input);
  }
}
