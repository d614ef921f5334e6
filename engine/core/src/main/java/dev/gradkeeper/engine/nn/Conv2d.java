package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.Functional;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * Convolution (cross-correlation) of images, {@code torch.nn.Conv2d}: {@code weight [out,
 * in/groups, kh, kw]}, {@code bias [out]}, from {@code [n, in, h, w]} to {@code [n, out, oh, ow]}.
 */
public final class Conv2d extends Module {
  private final Window window;
  private final int groups;
  private final Tensor weight;
  private final Tensor bias;

  /** Square kernel, stride 1, no padding, with a bias, float32, on the CPU. */
  public Conv2d(int inChannels, int outChannels, int kernelSize, Generator generator) {
    this(
        inChannels,
        outChannels,
        Window.square(kernelSize, 1),
        1,
        LayerOptions.defaults(),
        generator);
  }

  /**
   * @param window kernel size, stride, padding and dilation
   * @param groups the channels are split into so many independent convolutions
   * @throws IllegalArgumentException if a number is out of range or the groups do not divide the
   *     channels
   */
  public Conv2d(
      int inChannels,
      int outChannels,
      Window window,
      int groups,
      LayerOptions options,
      Generator generator) {
    Checks.positive("Conv2d", "inChannels", inChannels);
    Checks.positive("Conv2d", "outChannels", outChannels);
    Checks.positive("Conv2d", "groups", groups);
    if (inChannels % groups != 0 || outChannels % groups != 0) {
      throw new IllegalArgumentException(
          "Conv2d: %d groups do not divide %d input and %d output channels"
              .formatted(groups, inChannels, outChannels));
    }
    this.window = Checks.window("Conv2d", window);
    this.groups = groups;
    weight =
        register(
            "weight",
            options.weight(
                generator,
                outChannels,
                inChannels / groups,
                this.window.kernelHeight(),
                this.window.kernelWidth()));
    bias = options.bias() ? register("bias", options.bias(weight, generator)) : null;
  }

  /** [out, in/groups, kernel height, kernel width]. */
  public Tensor weight() {
    return weight;
  }

  /** Null without a bias. */
  public Tensor bias() {
    return bias;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.conv2d(input, weight, bias, window, groups);
  }
}
