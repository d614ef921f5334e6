package dev.gradkeeper.engine.kernel.scalar;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;
import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static dev.gradkeeper.engine.kernel.DType.INT32;
import static dev.gradkeeper.engine.kernel.Views.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.Quads;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import org.junit.jupiter.api.Test;

/** Folds over any choice of dimensions against loops over all elements. */
class ReductionTest {
  private final ScalarKernels kernels = new ScalarKernels();

  @Test
  void everyChoiceOfDimensions() {
    int[] sizes = {3, 5, 37};
    View in = Views.randomStrided(FLOAT64, 1, sizes);
    for (int folded = 0; folded < 8; folded++) {
      int[] shape = new int[3];
      for (int d = 0; d < 3; d++) {
        shape[d] = (folded >> d & 1) == 1 ? 1 : sizes[d];
      }
      double[][][] sum = new double[shape[0]][shape[1]][shape[2]];
      double[][][] squares = new double[shape[0]][shape[1]][shape[2]];
      double[][][] max = new double[shape[0]][shape[1]][shape[2]];
      for (int i = 0; i < 3 * 5 * 37; i++) {
        int[] at = {i / 185, i / 37 % 5, i % 37};
        double x = get(in, at);
        int[] to = {at[0] % shape[0], at[1] % shape[1], at[2] % shape[2]};
        boolean first = at[0] < shape[0] && at[1] < shape[1] && at[2] < shape[2];
        sum[to[0]][to[1]][to[2]] += x;
        squares[to[0]][to[1]][to[2]] += x * x;
        double before = first ? x : max[to[0]][to[1]][to[2]];
        max[to[0]][to[1]][to[2]] = Math.max(before, x);
      }
      assertClose(reduce(Reduction.SUM, in, shape), sum);
      assertClose(reduce(Reduction.SUM_OF_SQUARES, in, shape), squares);
      assertClose(reduce(Reduction.MAX, in, shape), max);
    }
  }

  @Test
  void shortRowsAreAddedInOrderAndLongOnesInLanes() {
    double[] terms = new double[40];
    terms[0] = 1;
    terms[1] = 0x1p-53;
    terms[2] = 0x1p-53;
    View row = Views.of(FLOAT64, terms);
    View first31 = View.contiguous(row.storage(), row.offset(), 31);
    View out = Views.zeros(FLOAT64, 1);
    kernels.reduce(Reduction.SUM, first31, out);
    assertThat(get(out, 0)).isEqualTo(1);
    terms[33] = terms[2];
    terms[2] = 0;
    kernels.reduce(Reduction.SUM, Views.of(FLOAT64, terms), out);
    assertThat(get(out, 0)).isEqualTo(1 + 0x1p-52);
  }

  @Test
  void anEmptySumIsZeroAndAnEmptyMaximumMinusInfinity() {
    View in = Views.zeros(FLOAT64, 2, 0);
    assertThat(Views.values(reduce(Reduction.SUM, in, 2, 1))).containsExactly(0, 0);
    assertThat(Views.values(reduce(Reduction.MAX, in, 2, 1)))
        .containsOnly(Double.NEGATIVE_INFINITY);
  }

  @Test
  void quadsAreAddedByColumnsAndWhatLiesBesideThemFollows() {
    double tiny = 0x1p-53;
    View line = Views.of(FLOAT64, 1, tiny, 1, 2, 3, 0, tiny, 5, 6, 7, 10, 20, 30, 40, 50);
    View x = View.contiguous(line.storage(), line.offset(), 1, 1, 3, 5);
    View out = Views.zeros(FLOAT64, 1, 1, Quads.terms(3, 5));
    kernels.sumQuads(x, out);
    assertThat(Views.values(out)).containsExactly(1 + 2 * tiny, 14, 3, 7, 50, 10, 20, 30, 40);
  }

  @Test
  void quadsAddUpToTheirChannel() {
    for (int[] plane : new int[][] {{6, 8}, {5, 7}, {4, 9}, {9, 4}, {1, 1}, {1, 6}, {7, 1}}) {
      View x = Views.randomStrided(FLOAT32, 1, 3, 2, plane[0], plane[1]);
      View quads = Views.zeros(FLOAT32, 2, 3, Quads.terms(plane[0], plane[1]));
      kernels.sumQuads(x, quads);
      double[] values = Views.values(x);
      double[] sum = new double[2];
      for (int i = 0; i < values.length; i++) {
        sum[i / (plane[0] * plane[1]) % 2] += values[i];
      }
      View out = Views.zeros(FLOAT32, 2, 1, 1);
      kernels.reduce(Reduction.SUM, quads, out);
      assertThat(Views.values(out)).containsExactly(sum, within(1e-5));
    }
  }

  @Test
  void argmaxIsTheFirstMaximumAndNanIsLarger() {
    View in = Views.of(FLOAT64, 1, 3, 3, Double.NaN, 5, Double.NaN, -2, -1, -1);
    View rows = View.contiguous(in.storage(), in.offset(), 3, 3);
    View out = Views.zeros(INT32, 3);
    kernels.argmax(rows, out);
    assertThat(Views.values(out)).containsExactly(1, 0, 1);
  }

  private View reduce(Reduction op, View in, int... shape) {
    View out = Views.random(FLOAT64, 9, shape);
    kernels.reduce(op, in, out);
    return out;
  }

  private static void assertClose(View actual, double[][][] expected) {
    for (int i = 0; i < actual.count(); i++) {
      int columns = actual.size(1) * actual.size(2);
      int[] at = {i / columns, i / actual.size(2) % actual.size(1), i % actual.size(2)};
      assertThat(get(actual, at)).isCloseTo(expected[at[0]][at[1]][at[2]], within(1e-12));
    }
  }
}
