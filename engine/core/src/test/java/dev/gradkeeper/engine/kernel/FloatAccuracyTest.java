package dev.gradkeeper.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.KernelCases.Case;
import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** float32 is float64 but for rounding. */
class FloatAccuracyTest {
  private final Kernels kernels = new ScalarKernels();

  static List<Case> cases() {
    return KernelCases.all().stream().filter(c -> !c.name().contains("special")).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void float32IsCloseToFloat64(Case kernel) {
    View[] exact = kernel.call().run(kernels, DType.FLOAT64);
    View[] rounded = kernel.call().run(kernels, DType.FLOAT32);
    for (int i = 0; i < exact.length; i++) {
      double[] expected = Views.values(exact[i]);
      double[] actual = Views.values(rounded[i]);
      double largest =
          Arrays.stream(expected).filter(Double::isFinite).map(Math::abs).reduce(1, Math::max);
      for (int j = 0; j < expected.length; j++) {
        if (Double.isFinite(expected[j])) {
          assertThat(actual[j]).isCloseTo(expected[j], within(2e-6 * largest));
        } else {
          assertThat((Double) actual[j]).isEqualTo((Double) expected[j]);
        }
      }
    }
  }
}
