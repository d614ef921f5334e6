package dev.gradkeeper.engine.kernel.scalar;

import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static dev.gradkeeper.engine.kernel.Views.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import dev.gradkeeper.engine.kernel.Window;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Convolutions against their definition: out = bias + Σ x·w over the window. */
class ConvolutionTest {
  private final ScalarKernels kernels = new ScalarKernels();

  static final class Shapes implements ArgumentsProvider {
    @Override
    public Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context) {
      return Stream.of(
          // n, channels in and out, height, width, groups, window
          Arguments.of(2, 3, 4, 7, 9, 1, Window.square(3, 1)),
          Arguments.of(1, 1, 1, 5, 5, 1, Window.square(5, 1)),
          Arguments.of(3, 4, 6, 8, 7, 2, new Window(3, 2, 2, 1, 1, 0, 1, 2)),
          Arguments.of(2, 6, 6, 5, 11, 6, new Window(1, 3, 1, 3, 0, 2, 1, 2)),
          Arguments.of(2, 2, 3, 4, 4, 1, new Window(4, 4, 3, 3, 3, 3, 1, 1)),
          Arguments.of(2, 5, 7, 6, 6, 1, Window.square(1, 1)));
    }
  }

  @ParameterizedTest
  @ArgumentsSource(Shapes.class)
  void forward(int n, int in, int out, int height, int width, int groups, Window w) {
    View x = Views.randomStrided(FLOAT64, 1, n, in, height, width);
    View weight = Views.random(FLOAT64, 2, out, in / groups, w.kernelHeight(), w.kernelWidth());
    View bias = Views.random(FLOAT64, 3, out);
    View y = Views.zeros(FLOAT64, n, out, w.outputHeight(height), w.outputWidth(width));
    kernels.conv2d(x, weight, bias, y, w, groups);
    View withoutBias = Views.zeros(FLOAT64, y.sizes());
    kernels.conv2d(x, weight, null, withoutBias, w, groups);
    for (int[] o : indices(y)) {
      double sum = 0;
      for (int[] k : indices(weight)) {
        if (k[0] == o[1]) {
          sum += get(weight, k) * padded(x, o, k, w, groups, out);
        }
      }
      assertThat(get(withoutBias, o)).isCloseTo(sum, within(1e-12));
      assertThat(get(y, o)).isCloseTo(sum + get(bias, o[1]), within(1e-12));
    }
  }

  @ParameterizedTest
  @ArgumentsSource(Shapes.class)
  void gradients(int n, int in, int out, int height, int width, int groups, Window w) {
    View x = Views.random(FLOAT64, 1, n, in, height, width);
    View weight =
        Views.randomStrided(FLOAT64, 2, out, in / groups, w.kernelHeight(), w.kernelWidth());
    View gradOut =
        Views.randomStrided(FLOAT64, 3, n, out, w.outputHeight(height), w.outputWidth(width));
    double[][][][] gradX = new double[n][in][height][width];
    double[][][][] gradWeight = new double[out][in / groups][w.kernelHeight()][w.kernelWidth()];
    for (int[] o : indices(gradOut)) {
      for (int[] k : indices(weight)) {
        int[] source = source(o, k, w, groups, in, out);
        if (k[0] == o[1] && inside(x, source)) {
          double g = get(gradOut, o);
          gradX[source[0]][source[1]][source[2]][source[3]] += g * get(weight, k);
          gradWeight[k[0]][k[1]][k[2]][k[3]] += g * get(x, source);
        }
      }
    }
    View actualX = Views.random(FLOAT64, 4, x.sizes());
    kernels.conv2dBackwardInput(weight, gradOut, actualX, w, groups);
    for (int[] i : indices(actualX)) {
      assertThat(get(actualX, i)).isCloseTo(gradX[i[0]][i[1]][i[2]][i[3]], within(1e-12));
    }
    View actualWeight = Views.random(FLOAT64, 5, weight.sizes());
    kernels.conv2dBackwardWeight(x, gradOut, actualWeight, w, groups, false);
    View accumulated = Views.random(FLOAT64, 6, weight.sizes());
    kernels.conv2dBackwardWeight(x, gradOut, accumulated, w, groups, true);
    View before = Views.random(FLOAT64, 6, weight.sizes());
    for (int[] i : indices(weight)) {
      double expected = gradWeight[i[0]][i[1]][i[2]][i[3]];
      assertThat(get(actualWeight, i)).isCloseTo(expected, within(1e-12));
      assertThat(get(accumulated, i)).isEqualTo(get(before, i) + get(actualWeight, i));
    }
  }

  private static double padded(View x, int[] o, int[] k, Window w, int groups, int out) {
    int[] source = source(o, k, w, groups, x.size(1), out);
    return inside(x, source) ? get(x, source) : 0;
  }

  private static int[] source(int[] o, int[] k, Window w, int groups, int in, int out) {
    return new int[] {
      o[0],
      o[1] / (out / groups) * (in / groups) + k[1],
      o[2] * w.strideHeight() + k[2] * w.dilationHeight() - w.paddingHeight(),
      o[3] * w.strideWidth() + k[3] * w.dilationWidth() - w.paddingWidth()
    };
  }

  private static boolean inside(View x, int[] i) {
    return i[2] >= 0 && i[2] < x.size(2) && i[3] >= 0 && i[3] < x.size(3);
  }

  private static Iterable<int[]> indices(View v) {
    return () ->
        Stream.iterate(0, i -> i < v.count(), i -> i + 1)
            .map(
                i -> {
                  int[] index = new int[v.dimensions()];
                  for (int d = index.length - 1, rest = i; d >= 0; d--) {
                    index[d] = rest % v.size(d);
                    rest /= v.size(d);
                  }
                  return index;
                })
            .iterator();
  }
}
