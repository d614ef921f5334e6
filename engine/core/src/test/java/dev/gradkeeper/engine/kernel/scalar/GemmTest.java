package dev.gradkeeper.engine.kernel.scalar;

import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static dev.gradkeeper.engine.kernel.Views.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products against c = Σ a·b. */
class GemmTest {
  private final ScalarKernels kernels = new ScalarKernels();

  @ParameterizedTest
  @CsvSource({"1,1,1", "3,5,7", "4,1,33", "1,17,16", "5,2,0", "13,11,100"})
  void everyLayout(int m, int n, int k) {
    View[] lefts = {
      Views.random(FLOAT64, 1, m, k),
      Views.transpose(Views.random(FLOAT64, 2, k, m)),
      Views.randomStrided(FLOAT64, 3, m, k)
    };
    View[] rights = {
      Views.random(FLOAT64, 4, k, n),
      Views.transpose(Views.random(FLOAT64, 5, n, k)),
      Views.randomStrided(FLOAT64, 6, k, n)
    };
    for (View a : lefts) {
      for (View b : rights) {
        View c = Views.randomStrided(FLOAT64, 7, m, n);
        View accumulated = Views.randomStrided(FLOAT64, 8, m, n);
        View before = Views.randomStrided(FLOAT64, 8, m, n);
        kernels.gemm(a, b, c, false);
        kernels.gemm(a, b, accumulated, true);
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int l = 0; l < k; l++) {
              sum += get(a, i, l) * get(b, l, j);
            }
            assertThat(get(c, i, j)).isCloseTo(sum, within(1e-12));
            assertThat(get(accumulated, i, j)).isEqualTo(get(before, i, j) + get(c, i, j));
          }
        }
      }
    }
  }

  @Test
  void leadingDimensionsAreBatchesAndBroadcast() {
    View a = Views.random(FLOAT64, 1, 2, 3, 4, 5);
    View b = Views.random(FLOAT64, 2, 3, 5, 6);
    View c = Views.zeros(FLOAT64, 2, 3, 4, 6);
    kernels.gemm(a, b, c, false);
    for (int i = 0; i < 2 * 3 * 4 * 6; i++) {
      int[] o = {i / 72, i / 24 % 3, i / 6 % 4, i % 6};
      double sum = 0;
      for (int l = 0; l < 5; l++) {
        sum += get(a, o[0], o[1], o[2], l) * get(b, o[1], l, o[3]);
      }
      assertThat(get(c, o)).isCloseTo(sum, within(1e-12));
    }
  }

  /** Sequential: 1 + 2^-53 + 2^-53 stays 1; lanes would keep the two small terms together. */
  @Test
  void theOrderFollowsFromTheStrides() {
    int k = 48;
    double[] terms = new double[k];
    terms[0] = 1;
    terms[17] = 0x1p-53;
    terms[33] = 0x1p-53;
    View values = Views.of(FLOAT64, terms);
    View ones = Views.zeros(FLOAT64, k, 2);
    kernels.fill(ones, 1);
    View a = new View(values.storage(), values.offset(), new int[] {1, k}, new int[] {k, 1});
    View transposed = new View(ones.storage(), ones.offset(), new int[] {k, 2}, new int[] {1, k});
    View c = Views.zeros(FLOAT64, 1, 2);
    kernels.gemm(a, ones, c, false);
    assertThat(Views.values(c)).containsExactly(1, 1);
    kernels.gemm(a, transposed, c, false);
    assertThat(Views.values(c)).containsExactly(1 + 0x1p-52, 1 + 0x1p-52);
  }
}
