package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Passes over dense lines of arrays: n elements of x from xo on, of y from yo on. */
final class Lines {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  private Lines() {}

  /** y = x */
  static void copy(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.intoArray(y, yo + i, mask);
    }
  }

  /** y = value */
  static void fill(float value, float[] y, int yo, int n) {
    FloatVector v = FloatVector.broadcast(F, value);
    int i = 0;
    for (; i + N <= n; i += N) {
      v.intoArray(y, yo + i);
    }
    if (i < n) {
      v.intoArray(y, yo + i, Lanes.first(n - i));
    }
  }

  /** y += x */
  static void add(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = FloatVector.fromArray(F, y, yo + i);
      w.add(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      FloatVector w = FloatVector.fromArray(F, y, yo + i, mask);
      w.add(v).intoArray(y, yo + i, mask);
    }
  }

  /** y = fma(x, x, y) */
  static void addSquare(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = FloatVector.fromArray(F, y, yo + i);
      v.fma(v, w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      FloatVector w = FloatVector.fromArray(F, y, yo + i, mask);
      v.fma(v, w).intoArray(y, yo + i, mask);
    }
  }

  /** y = max(y, x) */
  static void max(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = FloatVector.fromArray(F, y, yo + i);
      w.max(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      FloatVector w = FloatVector.fromArray(F, y, yo + i, mask);
      w.max(v).intoArray(y, yo + i, mask);
    }
  }

  /** y = fma(x, alpha, y) */
  static void fma(float[] x, int xo, float[] y, int yo, int n, float alpha) {
    FloatVector factor = FloatVector.broadcast(F, alpha);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = FloatVector.fromArray(F, y, yo + i);
      v.fma(factor, w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      FloatVector w = FloatVector.fromArray(F, y, yo + i, mask);
      v.fma(factor, w).intoArray(y, yo + i, mask);
    }
  }

  /** y = fma(x, scale, shift) */
  static void affine(float[] x, int xo, float[] y, int yo, int n, float scale, float shift) {
    FloatVector factor = FloatVector.broadcast(F, scale);
    FloatVector offset = FloatVector.broadcast(F, shift);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.fma(factor, offset).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.fma(factor, offset).intoArray(y, yo + i, mask);
    }
  }

  /** y = min(max(x, -limit), limit) */
  static void clamp(float[] x, int xo, float[] y, int yo, int n, float limit) {
    FloatVector low = FloatVector.broadcast(F, -limit);
    FloatVector high = FloatVector.broadcast(F, limit);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.max(low).min(high).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.max(low).min(high).intoArray(y, yo + i, mask);
    }
  }
}
