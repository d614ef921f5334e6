package dev.gradkeeper.engine.tensor;

import java.util.function.UnaryOperator;

/** The recorded operation that made a tensor: PyTorch's {@code grad_fn}. */
public interface GradientFunction {
  /** The operation, as a function of {@code autograd} is named: {@code conv2d}. */
  String name();

  /**
   * Propagates {@code gradient}, that of the tensor this function made, back to the leaves.
   *
   * @throws IllegalStateException if a tensor that the graph saved is gone or was modified
   */
  void backward(Tensor gradient, boolean retainGraph);

  /** Calls {@code hook} with the gradient of the tensor this function made. */
  void registerHook(UnaryOperator<Tensor> hook);
}
