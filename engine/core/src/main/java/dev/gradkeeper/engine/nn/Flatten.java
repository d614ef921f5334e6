package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.TensorMath;
import dev.gradkeeper.engine.tensor.Tensor;

/** Several dimensions as one, {@code torch.nn.Flatten}: by default all but the batch. */
public final class Flatten extends Module {
  private final int startDim;
  private final int endDim;

  /** All dimensions but the first. */
  public Flatten() {
    this(1, -1);
  }

  /** Negative dimensions count from the end. */
  public Flatten(int startDim, int endDim) {
    this.startDim = startDim;
    this.endDim = endDim;
  }

  @Override
  public Tensor forward(Tensor input) {
    return TensorMath.flatten(input, startDim, endDim);
  }
}
