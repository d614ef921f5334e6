package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.Functional;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * x·weightᵀ + bias, {@code torch.nn.Linear}: {@code weight [out, in]}, {@code bias [out]}. Without
 * other initializers the values are PyTorch's for the same generator.
 */
public final class Linear extends Module {
  private final Tensor weight;
  private final Tensor bias;

  /** With a bias, float32, on the CPU. */
  public Linear(int inFeatures, int outFeatures, Generator generator) {
    this(inFeatures, outFeatures, LayerOptions.defaults(), generator);
  }

  /**
   * @throws IllegalArgumentException if a number of features is not positive
   */
  public Linear(int inFeatures, int outFeatures, LayerOptions options, Generator generator) {
    Checks.positive("Linear", "inFeatures", inFeatures);
    Checks.positive("Linear", "outFeatures", outFeatures);
    weight = register("weight", options.weight(generator, outFeatures, inFeatures));
    bias = options.bias() ? register("bias", options.bias(weight, generator)) : null;
  }

  /** [out, in]. */
  public Tensor weight() {
    return weight;
  }

  /** Null without a bias. */
  public Tensor bias() {
    return bias;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.linear(input, weight, bias);
  }
}
