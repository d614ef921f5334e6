package dev.gradkeeper.engine.autograd;

import dev.gradkeeper.engine.tensor.Shape;
import dev.gradkeeper.engine.tensor.Tensor;

/** A tensor that a gradient needs, and its version when it was saved. */
record Saved(Tensor tensor, int version) {
  static Saved of(Tensor tensor) {
    return new Saved(tensor, tensor.version());
  }

  /** What only the gradient of another input needs is saved only if that one is wanted. */
  static Saved forGradientOf(Tensor other, Tensor tensor) {
    return other.requiresGrad() ? of(tensor) : null;
  }

  /** The tensor, unless it was modified in place since. */
  Tensor get(Op op) {
    if (tensor.version() != version) {
      throw new IllegalStateException(
          ("backward of %s: a tensor of shape %s that its gradient needs was modified in place: it is"
                  + " at version %d, expected %d; modify a copy, or after the backward pass")
              .formatted(
                  Op.name(op.getClass()),
                  Shape.format(tensor.view().sizes()),
                  tensor.version(),
                  version));
    }
    return tensor;
  }
}
