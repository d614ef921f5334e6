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
    int k = a.size(1);
    int ak = a.stride(1);
    int bk = b.stride(0);
    boolean dot = Sums.dot(c.size(0), c.size(1), ak, bk, b.stride(1));
    if (isScaledColumn(a, start, relu, c)) {
      // -0 added changes nothing, +0 only a product that is -0
      float base = from == null ? -0f : from[start.offset()];
      scaledColumn(x, a.offset(), y[b.offset()], dot ? 0f : -0f, base, z, c.offset(), c.size(0));
      return;
    }
    // the inner loop runs along the rows of c, or along its only column
    int inner = c.size(1) == 1 ? 0 : 1;
    int lines = c.size(1 - inner);
    int n = c.size(inner);
    int as = inner == 0 ? a.stride(0) : 0;
    int bs = inner == 0 ? 0 : b.stride(1);
    int cs = c.stride(inner);
    int ss = start == null ? 0 : start.stride(inner);
    for (int line = 0; line < lines; line++) {
      int row = a.offset() + line * (inner == 0 ? 0 : a.stride(0));
      int column = b.offset();
      int to = c.offset() + line * c.stride(1 - inner);
      int at = start == null ? 0 : start.offset() + line * start.stride(1 - inner);
      for (int i = 0; i < n; i++) {
        float sum = dot ? dot(x, row, y, column, k) : sequential(x, row, ak, y, column, bk, k);
        if (from != null) {
          sum = from[at] + sum;
        }
        z[to] = relu ? Math.max(sum, 0) : sum;
        row += as;
        column += bs;
        to += cs;
        at += ss;
      }
    }
  }

  /** Whether c is one dense column: another one times a number, plus one number. */
  private static boolean isScaledColumn(View a, View start, boolean relu, View c) {
    return !relu
        && a.size(1) == 1
        && c.size(1) == 1
        && a.isContiguous()
        && c.isContiguous()
        && (start == null || start.isRepeated());
  }

  private static void scaledColumn(
      float[] x, int xo, float scale, float lanes, float base, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = base + (Math.fma(x[xo + i], scale, 0f) + lanes);
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
    return (quarter(x, i, y, j, k, 0) + quarter(x, i, y, j, k, 2))
        + (quarter(x, i, y, j, k, 1) + quarter(x, i, y, j, k, 3));
  }

  /** What is in lane {@code l} after two halvings. */
  private static float quarter(float[] x, int i, float[] y, int j, int k, int l) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (; l + 12 < k; l += 16) {
      a = Math.fma(x[i + l], y[j + l], a);
      b = Math.fma(x[i + l + 4], y[j + l + 4], b);
      c = Math.fma(x[i + l + 8], y[j + l + 8], c);
      d = Math.fma(x[i + l + 12], y[j + l + 12], d);
    }
    if (l < k) {
      a = Math.fma(x[i + l], y[j + l], a);
    }
    if (l + 4 < k) {
      b = Math.fma(x[i + l + 4], y[j + l + 4], b);
    }
    if (l + 8 < k) {
      c = Math.fma(x[i + l + 8], y[j + l + 8], c);
    }
    return (a + c) + (b + d);
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
    int from = error.input().offset();
    int minus = error.target().offset();
    int to = error.difference().offset();
    int n = error.difference().count();
    float sum = 0;
    for (int i = 0; i < n; i++) {
      float d = input[from + i] - target[minus + i];
      difference[to + i] = d;
      sum = Math.fma(d, d, sum);
    }
    array(error.sum())[error.sum().offset()] = sum;
  }

  /** Whether a reduction folds all of a short dense view. */
  static boolean covers(Reduction op, View in, View out) {
    return op != Reduction.MAX && in.count() <= ROW && out.count() == 1 && in.isContiguous();
  }

  static void reduce(Reduction op, View in, View out) {
    float[] x = array(in);
    array(out)[out.offset()] =
        op == Reduction.SUM
            ? sum(x, in.offset(), in.count())
            : sumOfSquares(x, in.offset(), in.count());
  }

  private static float sum(float[] x, int at, int n) {
    float sum = 0;
    for (int i = at; i < at + n; i++) {
      sum += x[i];
    }
    return sum;
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
