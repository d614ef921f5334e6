package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Passes over dense lines of arrays: n elements of x from xo on, of y from yo on. */
final class Lines {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  private interface Pass {
    void run(float[] x, int xo, float[] y, int yo, int n, float alpha, float beta);
  }

  private static final Pass COPY = Lines::copyLine;
  private static final Pass FILL = Lines::fillLine;
  private static final Pass ADD_SQUARE = Lines::addSquareLine;
  private static final Pass MAX = Lines::maxLine;
  private static final Pass FMA = Lines::fmaLine;
  private static final Pass AFFINE = Lines::affineLine;
  private static final Pass CLAMP = Lines::clampLine;

  private Lines() {}

  /** y = x. */
  static void copy(float[] x, int xo, float[] y, int yo, int n) {
    run(COPY, x, xo, y, yo, n, 0, 0);
  }

  /** y = value. */
  static void fill(float value, float[] y, int yo, int n) {
    run(FILL, y, yo, y, yo, n, value, 0);
  }

  /** y += x. */
  static void add(float[] x, int xo, float[] y, int yo, int n) {
    run(FMA, x, xo, y, yo, n, 1, 0);
  }

  /** y = fma(x, x, y). */
  static void addSquare(float[] x, int xo, float[] y, int yo, int n) {
    run(ADD_SQUARE, x, xo, y, yo, n, 0, 0);
  }

  /** y = max(y, x). */
  static void max(float[] x, int xo, float[] y, int yo, int n) {
    run(MAX, x, xo, y, yo, n, 0, 0);
  }

  /** y = fma(x, alpha, y). */
  static void fma(float[] x, int xo, float[] y, int yo, int n, float alpha) {
    run(FMA, x, xo, y, yo, n, alpha, 0);
  }

  /** y = fma(x, scale, shift). */
  static void affine(float[] x, int xo, float[] y, int yo, int n, float scale, float shift) {
    run(AFFINE, x, xo, y, yo, n, scale, shift);
  }

  /** y = min(max(x, -limit), limit). */
  static void clamp(float[] x, int xo, float[] y, int yo, int n, float limit) {
    run(CLAMP, x, xo, y, yo, n, limit, 0);
  }

  /** The integers whose bits these floats have. */
  static void copyBits(float[] x, int xo, int[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector.fromArray(F, x, xo + i).reinterpretAsInts().intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = Float.floatToRawIntBits(x[xo + i]);
    }
  }

  /** {@code rows} rows of n elements, {@code xs} and {@code ys} apart. */
  static void copyRows(float[] x, int xo, int xs, float[] y, int yo, int ys, int rows, int n) {
    int full = n & -N;
    VectorMask<Float> rest = Lanes.first(n - full);
    int i = 0;
    for (;
        i < rows && xo + i * xs + full + N <= x.length && yo + i * ys + full + N <= y.length;
        i++) {
      int from = xo + i * xs;
      int to = yo + i * ys;
      for (int j = 0; j < full; j += N) {
        FloatVector.fromArray(F, x, from + j).intoArray(y, to + j);
      }
      FloatVector.fromArray(F, x, from + full).intoArray(y, to + full, rest);
    }
    for (; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        y[yo + i * ys + j] = x[xo + i * xs + j];
      }
    }
  }

  /** Whether none of the elements is infinite or NaN. */
  static boolean finite(float[] x, int xo, int n) {
    FloatVector sum = FloatVector.zero(F);
    int i = 0;
    for (; i + N <= n; i += N) {
      // 0·v is NaN for these, and then so is the sum
      sum = FloatVector.fromArray(F, x, xo + i).fma(FloatVector.zero(F), sum);
    }
    boolean finite = !sum.compare(VectorOperators.NE, sum).anyTrue();
    for (; i < n; i++) {
      finite &= Float.isFinite(x[xo + i]);
    }
    return finite;
  }

  /**
   * The only place where passes are called: of too many kinds for C2 to inline them. In a caller
   * with several it would give up in the middle, and box the vectors that are left. For the same
   * reason the end of a line at the end of an array runs element by element: masked operations that
   * reach beyond an array take a path of a great many inlined calls.
   */
  private static void run(
      Pass pass, float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    pass.run(x, xo, y, yo, n, alpha, beta);
  }

  private static void copyLine(
      float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.intoArray(y, yo + i);
    }
    if (i < n && xo + i + N <= x.length && yo + i + N <= y.length) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.intoArray(y, yo + i, mask);
      return;
    }
    for (; i < n; i++) {
      y[yo + i] = x[xo + i];
    }
  }

  private static void fillLine(
      float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    FloatVector v = FloatVector.broadcast(F, alpha);
    int i = 0;
    for (; i + N <= n; i += N) {
      v.intoArray(y, yo + i);
    }
    if (i < n && yo + i + N <= y.length) {
      v.intoArray(y, yo + i, Lanes.first(n - i));
      return;
    }
    for (; i < n; i++) {
      y[yo + i] = alpha;
    }
  }

  private static void addSquareLine(
      float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = FloatVector.fromArray(F, y, yo + i);
      v.fma(v, w).intoArray(y, yo + i);
    }
    if (i < n && xo + i + N <= x.length && yo + i + N <= y.length) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      FloatVector w = FloatVector.fromArray(F, y, yo + i, mask);
      v.fma(v, w).intoArray(y, yo + i, mask);
      return;
    }
    for (; i < n; i++) {
      y[yo + i] = Math.fma(x[xo + i], x[xo + i], y[yo + i]);
    }
  }

  private static void maxLine(
      float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = FloatVector.fromArray(F, y, yo + i);
      w.max(v).intoArray(y, yo + i);
    }
    if (i < n && xo + i + N <= x.length && yo + i + N <= y.length) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      FloatVector w = FloatVector.fromArray(F, y, yo + i, mask);
      w.max(v).intoArray(y, yo + i, mask);
      return;
    }
    for (; i < n; i++) {
      y[yo + i] = Math.max(y[yo + i], x[xo + i]);
    }
  }

  private static void fmaLine(
      float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    FloatVector factor = FloatVector.broadcast(F, alpha);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = FloatVector.fromArray(F, y, yo + i);
      v.fma(factor, w).intoArray(y, yo + i);
    }
    if (i < n && xo + i + N <= x.length && yo + i + N <= y.length) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      FloatVector w = FloatVector.fromArray(F, y, yo + i, mask);
      v.fma(factor, w).intoArray(y, yo + i, mask);
      return;
    }
    for (; i < n; i++) {
      y[yo + i] = Math.fma(x[xo + i], alpha, y[yo + i]);
    }
  }

  private static void affineLine(
      float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    FloatVector factor = FloatVector.broadcast(F, alpha);
    FloatVector offset = FloatVector.broadcast(F, beta);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.fma(factor, offset).intoArray(y, yo + i);
    }
    if (i < n && xo + i + N <= x.length && yo + i + N <= y.length) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.fma(factor, offset).intoArray(y, yo + i, mask);
      return;
    }
    for (; i < n; i++) {
      y[yo + i] = Math.fma(x[xo + i], alpha, beta);
    }
  }

  private static void clampLine(
      float[] x, int xo, float[] y, int yo, int n, float alpha, float beta) {
    FloatVector low = FloatVector.broadcast(F, -alpha);
    FloatVector high = FloatVector.broadcast(F, alpha);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.max(low).min(high).intoArray(y, yo + i);
    }
    if (i < n && xo + i + N <= x.length && yo + i + N <= y.length) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.max(low).min(high).intoArray(y, yo + i, mask);
      return;
    }
    for (; i < n; i++) {
      y[yo + i] = Math.min(Math.max(x[xo + i], -alpha), alpha);
    }
  }
}
