package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Shape;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * First values of parameters, as {@code torch.nn.init}: the same draws and, in the same order of
 * operations, the same bits. Each overwrites the tensor outside of the graph.
 */
public final class Init {
  private Init() {}

  /** Uniform over [from, to). */
  public static Tensor uniform(Tensor tensor, double from, double to, Generator generator) {
    return draw(
        tensor,
        (values, n) -> generator.uniform(values, 0, n, from, to),
        (values, n) -> generator.uniform(values, 0, n, from, to));
  }

  /** Normal with this mean and standard deviation. */
  public static Tensor normal(Tensor tensor, double mean, double std, Generator generator) {
    return draw(
        tensor,
        (values, n) -> generator.normal(values, 0, n, mean, std),
        (values, n) -> generator.normal(values, 0, n, mean, std));
  }

  /** Every element becomes 0; draws nothing. */
  public static Tensor zeros(Tensor tensor) {
    return tensor.fill(0);
  }

  /** Every element becomes 1; draws nothing. */
  public static Tensor ones(Tensor tensor) {
    return tensor.fill(1);
  }

  /** Every element becomes {@code value}; draws nothing. */
  public static Tensor constant(Tensor tensor, double value) {
    return tensor.fill(value);
  }

  /**
   * Uniform over ±√3·gain/√fanIn with gain = √(2/(1 + a²)), the slope {@code a} being that of a
   * leaky relu (He et al. 2015, arXiv:1502.01852). PyTorch's layers start with a = √5.
   */
  public static Tensor kaimingUniform(Tensor weight, double a, Generator generator) {
    double gain = Math.sqrt(2.0 / (1 + a * a));
    double std = gain / Math.sqrt(fanIn(weight));
    double bound = Math.sqrt(3.0) * std;
    return uniform(weight, -bound, bound, generator);
  }

  /**
   * Uniform over ±√3·gain·√(2/(fanIn + fanOut)) (Glorot and Bengio 2010, "Understanding the
   * difficulty of training deep feedforward neural networks").
   */
  public static Tensor xavierUniform(Tensor weight, double gain, Generator generator) {
    double std = gain * Math.sqrt(2.0 / (double) (fanIn(weight) + fanOut(weight)));
    double bound = Math.sqrt(3.0) * std;
    return uniform(weight, -bound, bound, generator);
  }

  /** Uniform over ±1/√fanIn of the weight: how PyTorch's layers start their bias. */
  static Tensor biasUniform(Tensor bias, Tensor weight, Generator generator) {
    int fanIn = fanIn(weight);
    double bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
    return uniform(bias, -bound, bound, generator);
  }

  /** Inputs of one output: the product of all sizes but the first. */
  static int fanIn(Tensor weight) {
    return fan(weight, 0);
  }

  private static int fanOut(Tensor weight) {
    return fan(weight, 1);
  }

  private static int fan(Tensor weight, int skipped) {
    int[] shape = weight.shape();
    if (shape.length < 2) {
      throw new IllegalArgumentException(
          "init: fan in and fan out need a weight of two or more dimensions, got shape "
              + Shape.format(shape));
    }
    shape[skipped] = 1;
    return Shape.count("init", shape);
  }

  private interface Draw<A> {
    void fill(A values, int length);
  }

  private static Tensor draw(Tensor tensor, Draw<float[]> floats, Draw<double[]> doubles) {
    int n = tensor.count();
    Object values;
    if (tensor.dtype() == DType.FLOAT32) {
      float[] drawn = new float[n];
      floats.fill(drawn, n);
      values = drawn;
    } else if (tensor.dtype() == DType.FLOAT64) {
      double[] drawn = new double[n];
      doubles.fill(drawn, n);
      values = drawn;
    } else {
      throw new IllegalArgumentException(
          "init: only floating-point tensors, this one is " + tensor.dtype());
    }
    if (!tensor.view().isContiguous()) {
      throw new IllegalArgumentException("init: only dense tensors");
    }
    tensor.device().write(values, 0, tensor.view().storage(), tensor.view().offset(), n);
    tensor.markModified();
    return tensor;
  }
}
