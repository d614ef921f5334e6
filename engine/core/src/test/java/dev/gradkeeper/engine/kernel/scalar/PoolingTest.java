package dev.gradkeeper.engine.kernel.scalar;

import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static dev.gradkeeper.engine.kernel.DType.INT32;
import static dev.gradkeeper.engine.kernel.Views.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import dev.gradkeeper.engine.kernel.Window;
import org.junit.jupiter.api.Test;

/** Pooling by hand-made planes and against its definition. */
class PoolingTest {
  private static final double NAN = Double.NaN;

  private final ScalarKernels kernels = new ScalarKernels();

  @Test
  void theFirstMaximumOrTheLastNan() {
    View line =
        Views.of(
            FLOAT64, 1, 2, 5, 5, 0, 0, 2, 1, 5, 4, 0, 0, NAN, 7, 1, NAN, -1, -2, 8, 9, NAN, 2, -3,
            -4);
    View x = View.contiguous(line.storage(), line.offset(), 1, 1, 4, 6);
    View out = Views.zeros(FLOAT64, 1, 1, 2, 3);
    View indices = Views.zeros(INT32, 1, 1, 2, 3);
    kernels.maxPool2d(x, out, indices, Window.square(2, 2));
    assertThat(Views.values(out)).containsExactly(2, 5, 0, NAN, NAN, -1);
    assertThat(Views.values(indices)).containsExactly(1, 2, 4, 12, 20, 16);
  }

  @Test
  void paddingNeverWins() {
    View line = Views.of(FLOAT64, -5, -6, -7, -8);
    View x = View.contiguous(line.storage(), line.offset(), 1, 1, 2, 2);
    View out = Views.zeros(FLOAT64, 1, 1, 2, 2);
    View indices = Views.zeros(INT32, 1, 1, 2, 2);
    kernels.maxPool2d(x, out, indices, new Window(2, 2, 2, 2, 1, 1, 1, 1));
    assertThat(Views.values(out)).containsExactly(-5, -6, -7, -8);
    assertThat(Views.values(indices)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void gradientsOfOverlappingWindowsAdd() {
    View line = Views.of(FLOAT64, 1, 9, 2);
    View x = View.contiguous(line.storage(), line.offset(), 1, 1, 1, 3);
    View out = Views.zeros(FLOAT64, 1, 1, 1, 2);
    View indices = Views.zeros(INT32, 1, 1, 1, 2);
    kernels.maxPool2d(x, out, indices, new Window(1, 2, 1, 1, 0, 0, 1, 1));
    View gradX = Views.random(FLOAT64, 1, 1, 1, 1, 3);
    View gradOut = View.contiguous(Views.of(FLOAT64, 10, 20).storage(), 3, 1, 1, 1, 2);
    kernels.maxPool2dBackward(gradOut, indices, gradX);
    assertThat(Views.values(gradX)).containsExactly(0, 30, 0);
  }

  @Test
  void meanOverTheWindowPaddingCounted() {
    Window w = new Window(3, 2, 2, 1, 1, 1, 1, 1);
    View x = Views.randomStrided(FLOAT64, 1, 2, 3, 6, 5);
    View out = Views.zeros(FLOAT64, 2, 3, w.outputHeight(6), w.outputWidth(5));
    View gradOut = Views.randomStrided(FLOAT64, 2, out.sizes());
    View gradX = Views.random(FLOAT64, 3, x.sizes());
    kernels.avgPool2d(x, out, w);
    kernels.avgPool2dBackward(gradOut, gradX, w);
    double[][][][] gradient = new double[2][3][6][5];
    for (int i = 0; i < out.count(); i++) {
      int width = out.size(3);
      int[] o = {
        i / (3 * out.size(2) * width),
        i / (out.size(2) * width) % 3,
        i / width % out.size(2),
        i % width
      };
      double sum = 0;
      for (int k = 0; k < 6; k++) {
        int h = 2 * o[2] - 1 + k / 2;
        int column = o[3] - 1 + k % 2;
        if (h >= 0 && h < 6 && column >= 0 && column < 5) {
          sum += get(x, o[0], o[1], h, column);
          gradient[o[0]][o[1]][h][column] += get(gradOut, o) / 6;
        }
      }
      assertThat(get(out, o)).isCloseTo(sum / 6, within(1e-14));
    }
    for (int i = 0; i < x.count(); i++) {
      int[] at = {i / 90, i / 30 % 3, i / 5 % 6, i % 5};
      assertThat(get(gradX, at)).isCloseTo(gradient[at[0]][at[1]][at[2]][at[3]], within(1e-14));
    }
  }
}
