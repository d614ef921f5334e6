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
    boolean arithmetic =
        op == Binary.ADD || op == Binary.SUB || op == Binary.MUL || op == Binary.DIV;
    return arithmetic
        && out.count() <= ELEMENTS
        && out.isContiguous()
        && (a.isRepeated() || dense(a, out))
        && (b.isRepeated() || dense(b, out));
  }

  private static boolean dense(View in, View out) {
    return in.isContiguous() && in.count() == out.count();
  }

  private static int stride(View in) {
    return in.isRepeated() ? 0 : 1;
  }

  static void binary(Binary op, View a, View b, View out) {
    float[] x = array(a);
    float[] y = array(b);
    float[] z = array(out);
    int xo = a.offset();
    int yo = b.offset();
    int zo = out.offset();
    int xs = stride(a);
    int ys = stride(b);
    int n = out.count();
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
    float[] x = array(in);
    float[] y = array(out);
    int xo = in.offset();
    int yo = out.offset();
    int n = out.count();
    float factor = (float) scale;
    float offset = (float) shift;
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.fma(x[xo + i], factor, offset);
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
