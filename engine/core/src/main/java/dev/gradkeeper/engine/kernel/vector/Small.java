package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.LinearBlock;
import dev.gradkeeper.engine.kernel.NormOfNorms;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SquaredError;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.Sums;

/**
 * Kernels for so few elements that to set up vectors, tiles and walks would cost more than the work
 * itself. The orders are those of {@link Sums}.
 */
final class Small {
  /** Multiplications of a product. */
  private static final int PRODUCT = 256;

  /** Rows up to this length are added one after the other. */
  private static final int ROW = 31;

  private Small() {}

  static boolean covers(View a, View c) {
    return c.dimensions() == 2 && (long) c.count() * a.size(1) <= PRODUCT;
  }

  static void gemm(View a, View b, View c, boolean accumulate) {
    product(a, b, accumulate ? c : null, false, c);
  }

  static void linear(LinearBlock block) {
    product(block.x(), block.weight(), block.bias(), block.relu(), block.out());
  }

  /** c = start + a·b, {@code start} of c's shape or null. */
  private static void product(View a, View b, View start, boolean relu, View c) {
    float[] x = array(a);
    float[] y = array(b);
    float[] z = array(c);
    float[] from = start == null ? null : array(start);
    int m = c.size(0);
    int n = c.size(1);
    int k = a.size(1);
    int ak = a.stride(1);
    int bk = b.stride(0);
    boolean dot = Sums.dot(m, n, ak, bk, b.stride(1));
    for (int i = 0; i < m; i++) {
      int row = a.offset() + i * a.stride(0);
      int to = c.offset() + i * c.stride(0);
      int at = start == null ? 0 : start.offset() + i * start.stride(0);
      for (int j = 0; j < n; j++) {
        int column = b.offset() + j * b.stride(1);
        float sum = dot ? dot(x, row, y, column, k) : sequential(x, row, ak, y, column, bk, k);
        if (from != null) {
          sum = from[at + j * start.stride(1)] + sum;
        }
        z[to + j * c.stride(1)] = relu ? Math.max(sum, 0) : sum;
      }
    }
  }

  private static float sequential(float[] x, int i, int is, float[] y, int j, int js, int k) {
    float sum = 0;
    for (int l = 0; l < k; l++) {
      sum = Math.fma(x[i + l * is], y[j + l * js], sum);
    }
    return sum;
  }

  private static float dot(float[] x, int i, float[] y, int j, int k) {
    // with one term the other lanes are +0
    return k == 1 ? Math.fma(x[i], y[j], 0f) + 0f : lanes(x, i, y, j, k);
  }

  private static float lanes(float[] x, int i, float[] y, int j, int k) {
    float[] lanes = Scratch.get().lanes;
    for (int l = 0; l < Sums.DOT_LANES; l++) {
      lanes[l] = 0;
    }
    for (int l = 0; l < k; l++) {
      int lane = l % Sums.DOT_LANES;
      lanes[lane] = Math.fma(x[i + l], y[j + l], lanes[lane]);
    }
    for (int half = Sums.DOT_LANES / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        lanes[l] += lanes[l + half];
      }
    }
    return lanes[0];
  }

  static boolean covers(NormOfNorms norm) {
    boolean dense = norm.norms().isContiguous();
    for (View part : norm.parts()) {
      dense &= part.isContiguous();
    }
    return dense && norm.norms().count() <= ROW;
  }

  static void normOfNorms(NormOfNorms norm) {
    float[] norms = array(norm.norms());
    int at = norm.norms().offset();
    View[] parts = norm.parts();
    for (int i = 0; i < parts.length; i++) {
      norms[at + i] = (float) Math.sqrt(sumOfSquares(parts[i], norm.squares()[i]));
    }
    View total = norm.total();
    array(total)[total.offset()] = (float) Math.sqrt(sumOfSquares(norms, at, norm.norms().count()));
  }

  /** Of a dense part; {@code to} is written where it is long. */
  private static float sumOfSquares(View part, View to) {
    if (part.count() <= ROW) {
      return sumOfSquares(array(part), part.offset(), part.count());
    }
    Reductions.reduce(Reduction.SUM_OF_SQUARES, part, to);
    return array(to)[to.offset()];
  }

  private static float sumOfSquares(float[] x, int at, int n) {
    float sum = 0;
    for (int i = at; i < at + n; i++) {
      sum = Math.fma(x[i], x[i], sum);
    }
    return sum;
  }

  static boolean covers(SquaredError error) {
    return error.difference().count() <= ROW
        && error.input().isContiguous()
        && error.target().isContiguous()
        && error.difference().isContiguous();
  }

  static void squaredError(SquaredError error) {
    float[] input = array(error.input());
    float[] target = array(error.target());
    float[] difference = array(error.difference());
    int n = error.difference().count();
    for (int i = 0; i < n; i++) {
      difference[error.difference().offset() + i] =
          input[error.input().offset() + i] - target[error.target().offset() + i];
    }
    array(error.sum())[error.sum().offset()] =
        sumOfSquares(difference, error.difference().offset(), n);
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
