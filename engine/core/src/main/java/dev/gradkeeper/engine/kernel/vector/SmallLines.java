package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/**
 * Elementwise kernels for so few elements that a walk over dimensions and masked vectors would cost
 * more than the work itself. Outputs are dense, inputs dense or, of two, one repeated value.
 */
final class SmallLines {
  private static final int ELEMENTS = 32;

  private SmallLines() {}

  static boolean covers(View in, View out) {
    return out.count() <= ELEMENTS && out.isContiguous() && dense(in, out);
  }

  static boolean covers(Binary op, View a, View b, View out) {
    return covers(op, out.count())
        && out.isContiguous()
        && (a.isRepeated() || dense(a, out))
        && (b.isRepeated() || dense(b, out));
  }

  /** Whether {@link #binary} does this operation on a line of {@code n} elements. */
  static boolean covers(Binary op, int n) {
    return n <= ELEMENTS
        && (op == Binary.ADD || op == Binary.SUB || op == Binary.MUL || op == Binary.DIV);
  }

  /** Whether {@link #affine} is for a line of {@code n} elements. */
  static boolean covers(int n) {
    return n <= ELEMENTS;
  }

  private static boolean dense(View in, View out) {
    return in.isContiguous() && in.count() == out.count();
  }

  private static int stride(View in) {
    return in.isRepeated() ? 0 : 1;
  }

  static void binary(Binary op, View a, View b, View out) {
    binary(
        op,
        array(a),
        a.offset(),
        stride(a),
        array(b),
        b.offset(),
        stride(b),
        array(out),
        out.offset(),
        out.count());
  }

  static void binary(
      Binary op, float[] x, int xo, int xs, float[] y, int yo, int ys, float[] z, int zo, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i * xs] + y[yo + i * ys];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i * xs] - y[yo + i * ys];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i * xs] * y[yo + i * ys];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i * xs] / y[yo + i * ys];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  static void affine(View in, double scale, double shift, View out) {
    affine(
        array(in),
        in.offset(),
        array(out),
        out.offset(),
        out.count(),
        (float) scale,
        (float) shift);
  }

  static void affine(float[] x, int xo, float[] y, int yo, int n, float scale, float shift) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.fma(x[xo + i], scale, shift);
    }
  }

  static void axpy(double alpha, View in, View out) {
    float[] x = array(in);
    float[] y = array(out);
    int xo = in.offset();
    int yo = out.offset();
    int n = out.count();
    float factor = (float) alpha;
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.fma(x[xo + i], factor, y[yo + i]);
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
