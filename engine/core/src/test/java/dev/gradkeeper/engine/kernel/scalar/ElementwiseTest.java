package dev.gradkeeper.engine.kernel.scalar;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;
import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static dev.gradkeeper.engine.kernel.DType.INT32;
import static dev.gradkeeper.engine.kernel.DType.UINT8;
import static dev.gradkeeper.engine.kernel.Views.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementwiseTest {
  private static final Map<Unary, DoubleUnaryOperator> UNARY = new EnumMap<>(Unary.class);
  private static final Map<Binary, DoubleBinaryOperator> BINARY = new EnumMap<>(Binary.class);

  static {
    UNARY.put(Unary.NEG, x -> -x);
    UNARY.put(Unary.ABS, Math::abs);
    UNARY.put(Unary.SQUARE, x -> x * x);
    UNARY.put(Unary.SQRT, Math::sqrt);
    UNARY.put(Unary.RECIPROCAL, x -> 1 / x);
    UNARY.put(Unary.EXP, Math::exp);
    UNARY.put(Unary.LOG, Math::log);
    UNARY.put(Unary.TANH, Math::tanh);
    UNARY.put(Unary.SIGMOID, x -> 1 / (1 + Math.exp(-x)));
    UNARY.put(Unary.RELU, x -> Math.max(x, 0));
    BINARY.put(Binary.ADD, (a, b) -> a + b);
    BINARY.put(Binary.SUB, (a, b) -> a - b);
    BINARY.put(Binary.MUL, (a, b) -> a * b);
    BINARY.put(Binary.DIV, (a, b) -> a / b);
    BINARY.put(Binary.MAXIMUM, Math::max);
    BINARY.put(Binary.MINIMUM, Math::min);
    BINARY.put(Binary.WHERE_POSITIVE, (a, b) -> a > 0 ? b : 0);
    BINARY.put(Binary.TANH_BACKWARD, (a, b) -> b * (1 - a * a));
    BINARY.put(Binary.SIGMOID_BACKWARD, (a, b) -> b * (1 - a) * a);
  }

  private final ScalarKernels kernels = new ScalarKernels();

  @ParameterizedTest
  @EnumSource
  void unary(Unary op) {
    View in = Views.randomStrided(FLOAT64, 1, 3, 5, 7);
    View out = Views.zeros(FLOAT64, 3, 5, 7);
    if (op == Unary.SQRT || op == Unary.LOG) {
      kernels.unary(Unary.ABS, in, in);
    }
    kernels.unary(op, in, out);
    double[] inputs = Views.values(in);
    double[] outputs = Views.values(out);
    for (int i = 0; i < inputs.length; i++) {
      double expected = UNARY.get(op).applyAsDouble(inputs[i]);
      assertThat(outputs[i]).isCloseTo(expected, within(1e-14 * Math.max(1, Math.abs(expected))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryBroadcasts(Binary op) {
    View a = Views.random(FLOAT64, 1, 3, 1, 7);
    View b = Views.randomStrided(FLOAT64, 2, 5, 1);
    View out = Views.zerosStrided(FLOAT64, 3, 5, 7);
    kernels.binary(op, a, b, out);
    for (int i = 0; i < 105; i++) {
      int[] at = {i / 35, i / 7 % 5, i % 7};
      double expected = BINARY.get(op).applyAsDouble(get(a, at[0], 0, at[2]), get(b, at[1], 0));
      assertThat(get(out, at)).isCloseTo(expected, within(1e-13 * Math.max(1, Math.abs(expected))));
    }
  }

  @Test
  void reluAsInTorch() {
    View in = Views.of(FLOAT32, Double.NaN, -0.0, -1, 2, Double.POSITIVE_INFINITY);
    View out = Views.zeros(FLOAT32, 5);
    kernels.unary(Unary.RELU, in, out);
    assertThat(Views.values(out)).containsExactly(Double.NaN, 0, 0, 2, Double.POSITIVE_INFINITY);
  }

  @Test
  void maximumPropagatesNan() {
    View out = Views.zeros(FLOAT32, 2);
    kernels.binary(
        Binary.MAXIMUM, Views.of(FLOAT32, Double.NaN, 1), Views.of(FLOAT32, 1, Double.NaN), out);
    assertThat(Views.values(out)).containsOnly(Double.NaN);
  }

  @Test
  void affineAndAxpyAreFused() {
    float tenth = 0.1f;
    float third = 1f / 3;
    View y = Views.of(FLOAT32, -tenth * third);
    kernels.axpy(tenth, Views.of(FLOAT32, third), y);
    assertThat(get(y, 0)).isNotZero().isEqualTo(Math.fma(third, tenth, -tenth * third));
    kernels.affine(Views.of(FLOAT32, third), 0.1, -tenth * third, y);
    assertThat(get(y, 0)).isEqualTo(Math.fma(third, tenth, -tenth * third));
  }

  @Test
  void copyConverts() {
    View bytes = Views.of(UINT8, 0, 127, 128, 255);
    View floats = Views.zeros(FLOAT32, 4);
    View integers = Views.zeros(INT32, 4);
    kernels.copy(bytes, floats);
    assertThat(Views.values(floats)).containsExactly(0, 127, 128, 255);
    kernels.copy(Views.of(FLOAT64, 1.9, -1.9, 0, 7), integers);
    assertThat(Views.values(integers)).containsExactly(1, -1, 0, 7);
    kernels.copy(Views.of(FLOAT64, 0.1, 0, 0, 0), floats);
    assertThat(get(floats, 0)).isEqualTo(0.1f);
  }

  @Test
  void clipByNormScalesOnlyDownAndClipByValueBothWays() {
    View values = Views.of(FLOAT64, 3, -4);
    kernels.clipByNorm(values, Views.of(FLOAT64, 5), 10);
    assertThat(Views.values(values)).containsExactly(3, -4);
    kernels.clipByNorm(values, Views.of(FLOAT64, 5), 1);
    assertThat(get(values, 0)).isEqualTo(3 * (1 / (5 + 1e-6)));
    kernels.clipByValue(values, 0.7);
    assertThat(Views.values(values)).containsExactly(3 * (1 / (5 + 1e-6)), -0.7);
  }

  @Test
  void arithmeticOnIntegersIsRefused() {
    View in = Views.of(INT32, 1);
    assertThatThrownBy(() -> kernels.unary(Unary.NEG, in, in))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("INT32");
  }
}
