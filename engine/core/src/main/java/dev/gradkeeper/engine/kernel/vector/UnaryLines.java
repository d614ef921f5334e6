package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.scalar.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The elementwise functions of one argument over dense lines. */
final class UnaryLines {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  private UnaryLines() {}

  static void apply(Unary op, float[] x, int xo, float[] y, int yo, int n) {
    switch (op) {
      case NEG -> neg(x, xo, y, yo, n);
      case ABS -> abs(x, xo, y, yo, n);
      case SQUARE -> square(x, xo, y, yo, n);
      case SQRT -> sqrt(x, xo, y, yo, n);
      case RECIPROCAL -> reciprocal(x, xo, y, yo, n);
      case EXP -> exp(x, xo, y, yo, n);
      case TANH -> tanh(x, xo, y, yo, n);
      case SIGMOID -> sigmoid(x, xo, y, yo, n);
      case RELU -> relu(x, xo, y, yo, n);
      case LOG -> log(x, xo, y, yo, n);
    }
  }

  private static void log(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = FloatMath.log(x[xo + i]);
    }
  }

  private static void neg(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.neg().intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.neg().intoArray(y, yo + i, mask);
    }
  }

  private static void abs(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.abs().intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.abs().intoArray(y, yo + i, mask);
    }
  }

  private static void square(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.mul(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.mul(v).intoArray(y, yo + i, mask);
    }
  }

  private static void sqrt(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.sqrt().intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.sqrt().intoArray(y, yo + i, mask);
    }
  }

  private static void reciprocal(float[] x, int xo, float[] y, int yo, int n) {
    FloatVector one = FloatVector.broadcast(F, 1);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      one.div(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      one.div(v).intoArray(y, yo + i, mask);
    }
  }

  private static void exp(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += N) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      VectorMath.exp(v).intoArray(y, yo + i, mask);
    }
  }

  private static void tanh(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += N) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      VectorMath.tanh(v).intoArray(y, yo + i, mask);
    }
  }

  private static void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += N) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      VectorMath.sigmoid(v).intoArray(y, yo + i, mask);
    }
  }

  private static void relu(float[] x, int xo, float[] y, int yo, int n) {
    FloatVector zero = FloatVector.zero(F);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.blend(zero, v.compare(VectorOperators.LE, zero)).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, mask);
      v.blend(zero, v.compare(VectorOperators.LE, zero)).intoArray(y, yo + i, mask);
    }
  }
}
