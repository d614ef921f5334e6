package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.TensorMath;
import dev.gradkeeper.engine.tensor.Tensor;

/** max(x, 0), {@code torch.nn.ReLU}. */
public final class ReLU extends Module {
  @Override
  public Tensor forward(Tensor input) {
    return TensorMath.relu(input);
  }
}
