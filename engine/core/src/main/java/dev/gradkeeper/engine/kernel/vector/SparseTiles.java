package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a sparse matrix a with vectors that lie anywhere: {@code c[to[r] + cs[j]…] += Σ a[r,
 * k]·b[from[k] + bs[j]…]}, the sum sequential over the k of {@link Nonzeros}, from +0. A tile does
 * {@value #WIDE} or {@value #NARROW} vectors j for all rows r.
 */
final class SparseTiles {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;

  private static final int WIDE = 10;

  /** The number of vectors must be a multiple of this. */
  static final int NARROW = 5;

  private SparseTiles() {}

  static void multiply(
      Nonzeros a, int vectors, float[] b, int[] from, int[] bs, float[] c, int[] to, int[] cs) {
    if (vectors <= WIDE) {
      rows(a, 0, a.rows(), vectors, b, from, bs, c, to, cs);
      return;
    }
    for (int r = 0; r < a.rows(); r++) {
      rows(a, r, r + 1, vectors, b, from, bs, c, to, cs);
    }
  }

  private static void rows(
      Nonzeros a,
      int first,
      int end,
      int vectors,
      float[] b,
      int[] from,
      int[] bs,
      float[] c,
      int[] to,
      int[] cs) {
    int j = 0;
    for (; vectors - j >= WIDE; j += WIDE) {
      tile10(first, end, a.starts(), a.values(), a.columns(), b, from, bs, c, to, cs, j);
    }
    if (j < vectors) {
      tile5(first, end, a.starts(), a.values(), a.columns(), b, from, bs, c, to, cs, j);
    }
  }

  private static void tile10(
      int first,
      int last,
      int[] starts,
      float[] values,
      int[] columns,
      float[] b,
      int[] from,
      int[] bs,
      float[] c,
      int[] to,
      int[] cs,
      int j) {
    int b0 = bs[j];
    int b1 = bs[j + 1];
    int b2 = bs[j + 2];
    int b3 = bs[j + 3];
    int b4 = bs[j + 4];
    int b5 = bs[j + 5];
    int b6 = bs[j + 6];
    int b7 = bs[j + 7];
    int b8 = bs[j + 8];
    int b9 = bs[j + 9];
    for (int r = first; r < last; r++) {
      int start = starts[r];
      int end = starts[r + 1];
      if (start == end) {
        continue;
      }
      FloatVector s0 = FloatVector.zero(F);
      FloatVector s1 = FloatVector.zero(F);
      FloatVector s2 = FloatVector.zero(F);
      FloatVector s3 = FloatVector.zero(F);
      FloatVector s4 = FloatVector.zero(F);
      FloatVector s5 = FloatVector.zero(F);
      FloatVector s6 = FloatVector.zero(F);
      FloatVector s7 = FloatVector.zero(F);
      FloatVector s8 = FloatVector.zero(F);
      FloatVector s9 = FloatVector.zero(F);
      for (int i = start; i < end; i++) {
        FloatVector v = FloatVector.broadcast(F, values[i]);
        int at = from[columns[i]];
        s0 = v.fma(FloatVector.fromArray(F, b, at + b0), s0);
        s1 = v.fma(FloatVector.fromArray(F, b, at + b1), s1);
        s2 = v.fma(FloatVector.fromArray(F, b, at + b2), s2);
        s3 = v.fma(FloatVector.fromArray(F, b, at + b3), s3);
        s4 = v.fma(FloatVector.fromArray(F, b, at + b4), s4);
        s5 = v.fma(FloatVector.fromArray(F, b, at + b5), s5);
        s6 = v.fma(FloatVector.fromArray(F, b, at + b6), s6);
        s7 = v.fma(FloatVector.fromArray(F, b, at + b7), s7);
        s8 = v.fma(FloatVector.fromArray(F, b, at + b8), s8);
        s9 = v.fma(FloatVector.fromArray(F, b, at + b9), s9);
      }
      int at = to[r];
      int c0 = at + cs[j];
      FloatVector.fromArray(F, c, c0).add(s0).intoArray(c, c0);
      int c1 = at + cs[j + 1];
      FloatVector.fromArray(F, c, c1).add(s1).intoArray(c, c1);
      int c2 = at + cs[j + 2];
      FloatVector.fromArray(F, c, c2).add(s2).intoArray(c, c2);
      int c3 = at + cs[j + 3];
      FloatVector.fromArray(F, c, c3).add(s3).intoArray(c, c3);
      int c4 = at + cs[j + 4];
      FloatVector.fromArray(F, c, c4).add(s4).intoArray(c, c4);
      int c5 = at + cs[j + 5];
      FloatVector.fromArray(F, c, c5).add(s5).intoArray(c, c5);
      int c6 = at + cs[j + 6];
      FloatVector.fromArray(F, c, c6).add(s6).intoArray(c, c6);
      int c7 = at + cs[j + 7];
      FloatVector.fromArray(F, c, c7).add(s7).intoArray(c, c7);
      int c8 = at + cs[j + 8];
      FloatVector.fromArray(F, c, c8).add(s8).intoArray(c, c8);
      int c9 = at + cs[j + 9];
      FloatVector.fromArray(F, c, c9).add(s9).intoArray(c, c9);
    }
  }

  private static void tile5(
      int first,
      int last,
      int[] starts,
      float[] values,
      int[] columns,
      float[] b,
      int[] from,
      int[] bs,
      float[] c,
      int[] to,
      int[] cs,
      int j) {
    int b0 = bs[j];
    int b1 = bs[j + 1];
    int b2 = bs[j + 2];
    int b3 = bs[j + 3];
    int b4 = bs[j + 4];
    for (int r = first; r < last; r++) {
      int start = starts[r];
      int end = starts[r + 1];
      if (start == end) {
        continue;
      }
      FloatVector s0 = FloatVector.zero(F);
      FloatVector s1 = FloatVector.zero(F);
      FloatVector s2 = FloatVector.zero(F);
      FloatVector s3 = FloatVector.zero(F);
      FloatVector s4 = FloatVector.zero(F);
      for (int i = start; i < end; i++) {
        FloatVector v = FloatVector.broadcast(F, values[i]);
        int at = from[columns[i]];
        s0 = v.fma(FloatVector.fromArray(F, b, at + b0), s0);
        s1 = v.fma(FloatVector.fromArray(F, b, at + b1), s1);
        s2 = v.fma(FloatVector.fromArray(F, b, at + b2), s2);
        s3 = v.fma(FloatVector.fromArray(F, b, at + b3), s3);
        s4 = v.fma(FloatVector.fromArray(F, b, at + b4), s4);
      }
      int at = to[r];
      int c0 = at + cs[j];
      FloatVector.fromArray(F, c, c0).add(s0).intoArray(c, c0);
      int c1 = at + cs[j + 1];
      FloatVector.fromArray(F, c, c1).add(s1).intoArray(c, c1);
      int c2 = at + cs[j + 2];
      FloatVector.fromArray(F, c, c2).add(s2).intoArray(c, c2);
      int c3 = at + cs[j + 3];
      FloatVector.fromArray(F, c, c3).add(s3).intoArray(c, c3);
      int c4 = at + cs[j + 4];
      FloatVector.fromArray(F, c, c4).add(s4).intoArray(c, c4);
    }
  }
}
