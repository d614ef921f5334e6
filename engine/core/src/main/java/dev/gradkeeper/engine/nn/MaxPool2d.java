package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.Functional;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.tensor.Tensor;

/** Maximum over windows of images, {@code torch.nn.MaxPool2d}. */
public final class MaxPool2d extends Module {
  private final Window window;

  /** Square windows that do not overlap. */
  public MaxPool2d(int kernelSize) {
    this(Window.square(kernelSize, kernelSize));
  }

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public MaxPool2d(Window window) {
    this.window = Checks.window("MaxPool2d", window);
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.maxPool2d(input, window);
  }
}
