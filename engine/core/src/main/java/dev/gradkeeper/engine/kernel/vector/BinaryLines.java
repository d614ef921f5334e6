package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.Binary;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The elementwise functions of two arguments over dense lines. */
final class BinaryLines {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  private BinaryLines() {}

  static void apply(Binary op, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    switch (op) {
      case ADD -> add(a, ao, b, bo, y, yo, n);
      case SUB -> sub(a, ao, b, bo, y, yo, n);
      case MUL -> mul(a, ao, b, bo, y, yo, n);
      case DIV -> div(a, ao, b, bo, y, yo, n);
      case MAXIMUM -> maximum(a, ao, b, bo, y, yo, n);
      case MINIMUM -> minimum(a, ao, b, bo, y, yo, n);
      case WHERE_POSITIVE -> wherePositive(a, ao, b, bo, y, yo, n);
      case TANH_BACKWARD -> tanhBackward(a, ao, b, bo, y, yo, n);
      case SIGMOID_BACKWARD -> sigmoidBackward(a, ao, b, bo, y, yo, n);
    }
  }

  private static void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      v.add(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      v.add(w).intoArray(y, yo + i, mask);
    }
  }

  private static void sub(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      v.sub(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      v.sub(w).intoArray(y, yo + i, mask);
    }
  }

  private static void mul(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      v.mul(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      v.mul(w).intoArray(y, yo + i, mask);
    }
  }

  private static void div(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      v.div(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      v.div(w).intoArray(y, yo + i, mask);
    }
  }

  private static void maximum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      v.max(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      v.max(w).intoArray(y, yo + i, mask);
    }
  }

  private static void minimum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      v.min(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      v.min(w).intoArray(y, yo + i, mask);
    }
  }

  private static void wherePositive(
      float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    FloatVector zero = FloatVector.zero(F);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      zero.blend(w, v.compare(VectorOperators.GT, zero)).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      zero.blend(w, v.compare(VectorOperators.GT, zero)).intoArray(y, yo + i, mask);
    }
  }

  private static void tanhBackward(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    FloatVector one = FloatVector.broadcast(F, 1);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      w.mul(v.neg().fma(v, one)).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      w.mul(v.neg().fma(v, one)).intoArray(y, yo + i, mask);
    }
  }

  private static void sigmoidBackward(
      float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    FloatVector one = FloatVector.broadcast(F, 1);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector w = FloatVector.fromArray(F, b, bo + i);
      w.mul(one.sub(v)).mul(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> mask = Lanes.first(n - i);
      FloatVector v = FloatVector.fromArray(F, a, ao + i, mask);
      FloatVector w = FloatVector.fromArray(F, b, bo + i, mask);
      w.mul(one.sub(v)).mul(v).intoArray(y, yo + i, mask);
    }
  }
}
