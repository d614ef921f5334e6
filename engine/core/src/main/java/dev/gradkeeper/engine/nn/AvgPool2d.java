package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.Functional;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.tensor.Tensor;

/** Mean over windows of images, padding counted in, {@code torch.nn.AvgPool2d}. */
public final class AvgPool2d extends Module {
  private final Window window;

  /** Square windows that do not overlap. */
  public AvgPool2d(int kernelSize) {
    this(Window.square(kernelSize, kernelSize));
  }

  /**
   * @throws IllegalArgumentException if a number is out of range, or a dilation is not 1
   */
  public AvgPool2d(Window window) {
    this.window = Checks.window("AvgPool2d", window);
    if (window.dilationHeight() != 1 || window.dilationWidth() != 1) {
      throw new IllegalArgumentException("AvgPool2d: dilation must be 1");
    }
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.avgPool2d(input, window);
  }
}
