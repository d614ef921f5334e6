package dev.gradkeeper.engine.kernel.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The float polynomials against the double functions of the library. */
class FloatMathTest {
  private interface FloatFunction {
    float apply(float x);
  }

  @Test
  void expWithinTwoUnitsInTheLastPlace() {
    assertThat(worst(FloatMath::exp, Math::exp, -87.3f, 88.7f)).isLessThan(2);
  }

  @Test
  void expReachesSubnormalsAndBothEnds() {
    assertThat(FloatMath.exp(-95f)).isCloseTo((float) Math.exp(-95), ulps(Math.exp(-95)));
    assertThat(FloatMath.exp(-104f)).isZero();
    assertThat(FloatMath.exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(FloatMath.exp(88.73f)).isInfinite();
    assertThat(FloatMath.exp(0f)).isEqualTo(1f);
    assertThat(FloatMath.exp(Float.NaN)).isNaN();
  }

  @Test
  void logWithinTwoUnitsInTheLastPlace() {
    assertThat(worst(FloatMath::log, Math::log, 1e-37f, 3e38f)).isLessThan(2);
    assertThat(worst(FloatMath::log, Math::log, 0.5f, 1.5f)).isLessThan(2);
  }

  @Test
  void logOfSubnormalsAndBothEnds() {
    assertThat(FloatMath.log(1e-41f)).isEqualTo((float) Math.log(1e-41f));
    assertThat(FloatMath.log(0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(FloatMath.log(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(FloatMath.log(-1f)).isNaN();
    assertThat(FloatMath.log(Float.NaN)).isNaN();
    assertThat(FloatMath.log(Float.POSITIVE_INFINITY)).isInfinite();
    assertThat(FloatMath.log(1f)).isZero();
  }

  @Test
  void tanhAndSigmoidWithinThreeUnitsInTheLastPlace() {
    assertThat(worst(FloatMath::tanh, Math::tanh, -12, 12)).isLessThan(3);
    assertThat(worst(FloatMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), -80, 30)).isLessThan(3);
    assertThat(FloatMath.tanh(-0f)).isEqualTo(-0f);
    assertThat(FloatMath.tanh(100f)).isEqualTo(1f);
    assertThat(FloatMath.tanh(-100f)).isEqualTo(-1f);
    assertThat(FloatMath.sigmoid(-200f)).isZero();
  }

  private static double worst(FloatFunction f, DoubleUnaryOperator exact, float from, float to) {
    double worst = 0;
    for (int i = 0; i <= 100_000; i++) {
      float x = from + (to - from) * (i / 100_000f);
      double expected = exact.applyAsDouble(x);
      worst = Math.max(worst, Math.abs(f.apply(x) - expected) / Math.ulp((float) expected));
    }
    return worst;
  }

  private static org.assertj.core.data.Offset<Float> ulps(double value) {
    return org.assertj.core.data.Offset.offset(2 * Math.ulp((float) value));
  }
}
