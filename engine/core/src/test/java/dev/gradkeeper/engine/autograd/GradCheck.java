package dev.gradkeeper.engine.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Compares gradients with central differences in float64, as {@code torch.autograd.gradcheck}: for
 * a fixed random s, each ∂(s·f(x))/∂xᵢ must equal (s·f(x + εeᵢ) - s·f(x - εeᵢ))/2ε.
 */
final class GradCheck {
  private static final double EPSILON = 1e-6;
  private static final double TOLERANCE = 1e-7;

  private GradCheck() {}

  /** Normal numbers, the same for the same shape. */
  static Tensor normal(int... shape) {
    return filled((generator, values) -> generator.normal(values, 0, values.length, 0, 1), shape);
  }

  /** Numbers between 0.5 and 2. */
  static Tensor positive(int... shape) {
    return filled(
        (generator, values) -> generator.uniform(values, 0, values.length, 0.5, 2), shape);
  }

  /** Distinct numbers of both signs, none within 0.05 of zero or of each other. */
  static Tensor distinct(int... shape) {
    return filled(
        (generator, values) -> {
          int[] order = generator.randperm(values.length);
          for (int i = 0; i < values.length; i++) {
            values[i] = 0.1 * (order[i] - values.length / 2) + 0.05;
          }
        },
        shape);
  }

  private interface Fill {
    void fill(Generator generator, double[] values);
  }

  private static Tensor filled(Fill fill, int... shape) {
    double[] values = new double[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    fill.fill(new Generator(Arrays.hashCode(shape)), values);
    return tensor(values, shape);
  }

  private static Tensor tensor(double[] values, int[] shape) {
    return shape.length == 0 ? TensorMath.reshape(Tensor.of(values)) : Tensor.of(values, shape);
  }

  static void check(Function<Tensor[], Tensor> f, Tensor... inputs) {
    for (Tensor input : inputs) {
      input.requiresGrad(true);
    }
    Tensor out = f.apply(inputs);
    Tensor seed = normal(out.shape());
    out.backward(seed);
    for (int i = 0; i < inputs.length; i++) {
      assertThat(inputs[i].grad()).as("gradient of input %d", i).isNotNull();
      assertThat(inputs[i].grad().shape()).isEqualTo(inputs[i].shape());
      double[] computed = inputs[i].grad().toDoubleArray();
      for (int at = 0; at < computed.length; at++) {
        double numeric =
            (value(f, inputs, i, at, EPSILON, seed) - value(f, inputs, i, at, -EPSILON, seed))
                / (2 * EPSILON);
        assertThat(Math.abs(computed[at] - numeric))
            .as("input %d, element %d: computed %s, numeric %s", i, at, computed[at], numeric)
            .isLessThan(TOLERANCE * Math.max(1, Math.abs(numeric)));
      }
    }
  }

  private static double value(
      Function<Tensor[], Tensor> f, Tensor[] inputs, int i, int at, double change, Tensor seed) {
    double[] values = inputs[i].toDoubleArray();
    values[at] += change;
    Tensor[] changed = Arrays.stream(inputs).map(Tensor::detach).toArray(Tensor[]::new);
    changed[i] = tensor(values, inputs[i].shape());
    double[] out = f.apply(changed).toDoubleArray();
    double[] weights = seed.toDoubleArray();
    double sum = 0;
    for (int k = 0; k < out.length; k++) {
      sum += out[k] * weights[k];
    }
    return sum;
  }
}
