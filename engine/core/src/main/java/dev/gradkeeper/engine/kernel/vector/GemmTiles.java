package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a matrix product, c = a·b, or c + a·b if {@code load}: {@code tileRxV} computes
 * R rows of V vectors, each output a sequential fma over k. Element (i, l) of a lies at {@code ao +
 * i·as + l·ak}; row l of b starts at {@code bo + rows[l]}; rows of c are {@code cs} apart. The
 * tiles of one vector do the first {@code n} of its columns.
 *
 * <p>Straight-line code on local variables: C2 boxes vectors in arrays, and past some hundred
 * inlined vector calls in one method it boxes all of them.
 */
final class GemmTiles {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  interface Tile {
    void multiply(
        int k,
        float[] a,
        int ao,
        int as,
        int ak,
        float[] b,
        int bo,
        int[] rows,
        float[] c,
        int co,
        int cs,
        int n,
        boolean load);
  }

  /**
   * By the logarithms of rows and vectors. Called through an interface, because C2 would inline the
   * small ones into one method until it is too large for vectors in registers.
   */
  static final Tile[][] TILES = {
    {GemmTiles::tile1x1, GemmTiles::tile1x2, GemmTiles::tile1x4},
    {GemmTiles::tile2x1, GemmTiles::tile2x2, GemmTiles::tile2x4},
    {GemmTiles::tile4x1, GemmTiles::tile4x2, GemmTiles::tile4x4}
  };

  private GemmTiles() {}

  private static void tile4x4(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co);
      s01 = FloatVector.fromArray(F, c, co + N);
      s02 = FloatVector.fromArray(F, c, co + 2 * N);
      s03 = FloatVector.fromArray(F, c, co + 3 * N);
      s10 = FloatVector.fromArray(F, c, co + cs);
      s11 = FloatVector.fromArray(F, c, co + cs + N);
      s12 = FloatVector.fromArray(F, c, co + cs + 2 * N);
      s13 = FloatVector.fromArray(F, c, co + cs + 3 * N);
      s20 = FloatVector.fromArray(F, c, co + 2 * cs);
      s21 = FloatVector.fromArray(F, c, co + 2 * cs + N);
      s22 = FloatVector.fromArray(F, c, co + 2 * cs + 2 * N);
      s23 = FloatVector.fromArray(F, c, co + 2 * cs + 3 * N);
      s30 = FloatVector.fromArray(F, c, co + 3 * cs);
      s31 = FloatVector.fromArray(F, c, co + 3 * cs + N);
      s32 = FloatVector.fromArray(F, c, co + 3 * cs + 2 * N);
      s33 = FloatVector.fromArray(F, c, co + 3 * cs + 3 * N);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector b1 = FloatVector.fromArray(F, b, bi + N);
      FloatVector b2 = FloatVector.fromArray(F, b, bi + 2 * N);
      FloatVector b3 = FloatVector.fromArray(F, b, bi + 3 * N);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s02 = a0.fma(b2, s02);
      s03 = a0.fma(b3, s03);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      s12 = a1.fma(b2, s12);
      s13 = a1.fma(b3, s13);
      FloatVector a2 = FloatVector.broadcast(F, a[ai + 2 * as]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      s22 = a2.fma(b2, s22);
      s23 = a2.fma(b3, s23);
      FloatVector a3 = FloatVector.broadcast(F, a[ai + 3 * as]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      s32 = a3.fma(b2, s32);
      s33 = a3.fma(b3, s33);
      ai += ak;
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + N);
    s02.intoArray(c, co + 2 * N);
    s03.intoArray(c, co + 3 * N);
    s10.intoArray(c, co + cs);
    s11.intoArray(c, co + cs + N);
    s12.intoArray(c, co + cs + 2 * N);
    s13.intoArray(c, co + cs + 3 * N);
    s20.intoArray(c, co + 2 * cs);
    s21.intoArray(c, co + 2 * cs + N);
    s22.intoArray(c, co + 2 * cs + 2 * N);
    s23.intoArray(c, co + 2 * cs + 3 * N);
    s30.intoArray(c, co + 3 * cs);
    s31.intoArray(c, co + 3 * cs + N);
    s32.intoArray(c, co + 3 * cs + 2 * N);
    s33.intoArray(c, co + 3 * cs + 3 * N);
  }

  private static void tile4x2(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co);
      s01 = FloatVector.fromArray(F, c, co + N);
      s10 = FloatVector.fromArray(F, c, co + cs);
      s11 = FloatVector.fromArray(F, c, co + cs + N);
      s20 = FloatVector.fromArray(F, c, co + 2 * cs);
      s21 = FloatVector.fromArray(F, c, co + 2 * cs + N);
      s30 = FloatVector.fromArray(F, c, co + 3 * cs);
      s31 = FloatVector.fromArray(F, c, co + 3 * cs + N);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector b1 = FloatVector.fromArray(F, b, bi + N);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(F, a[ai + 2 * as]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(F, a[ai + 3 * as]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      ai += ak;
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + N);
    s10.intoArray(c, co + cs);
    s11.intoArray(c, co + cs + N);
    s20.intoArray(c, co + 2 * cs);
    s21.intoArray(c, co + 2 * cs + N);
    s30.intoArray(c, co + 3 * cs);
    s31.intoArray(c, co + 3 * cs + N);
  }

  private static void tile4x1(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    VectorMask<Float> mask = Lanes.first(n);
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co, mask);
      s10 = FloatVector.fromArray(F, c, co + cs, mask);
      s20 = FloatVector.fromArray(F, c, co + 2 * cs, mask);
      s30 = FloatVector.fromArray(F, c, co + 3 * cs, mask);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi, mask);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      FloatVector a2 = FloatVector.broadcast(F, a[ai + 2 * as]);
      s20 = a2.fma(b0, s20);
      FloatVector a3 = FloatVector.broadcast(F, a[ai + 3 * as]);
      s30 = a3.fma(b0, s30);
      ai += ak;
    }
    s00.intoArray(c, co, mask);
    s10.intoArray(c, co + cs, mask);
    s20.intoArray(c, co + 2 * cs, mask);
    s30.intoArray(c, co + 3 * cs, mask);
  }

  private static void tile2x4(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co);
      s01 = FloatVector.fromArray(F, c, co + N);
      s02 = FloatVector.fromArray(F, c, co + 2 * N);
      s03 = FloatVector.fromArray(F, c, co + 3 * N);
      s10 = FloatVector.fromArray(F, c, co + cs);
      s11 = FloatVector.fromArray(F, c, co + cs + N);
      s12 = FloatVector.fromArray(F, c, co + cs + 2 * N);
      s13 = FloatVector.fromArray(F, c, co + cs + 3 * N);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector b1 = FloatVector.fromArray(F, b, bi + N);
      FloatVector b2 = FloatVector.fromArray(F, b, bi + 2 * N);
      FloatVector b3 = FloatVector.fromArray(F, b, bi + 3 * N);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s02 = a0.fma(b2, s02);
      s03 = a0.fma(b3, s03);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      s12 = a1.fma(b2, s12);
      s13 = a1.fma(b3, s13);
      ai += ak;
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + N);
    s02.intoArray(c, co + 2 * N);
    s03.intoArray(c, co + 3 * N);
    s10.intoArray(c, co + cs);
    s11.intoArray(c, co + cs + N);
    s12.intoArray(c, co + cs + 2 * N);
    s13.intoArray(c, co + cs + 3 * N);
  }

  private static void tile2x2(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co);
      s01 = FloatVector.fromArray(F, c, co + N);
      s10 = FloatVector.fromArray(F, c, co + cs);
      s11 = FloatVector.fromArray(F, c, co + cs + N);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector b1 = FloatVector.fromArray(F, b, bi + N);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      ai += ak;
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + N);
    s10.intoArray(c, co + cs);
    s11.intoArray(c, co + cs + N);
  }

  private static void tile2x1(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    VectorMask<Float> mask = Lanes.first(n);
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co, mask);
      s10 = FloatVector.fromArray(F, c, co + cs, mask);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi, mask);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      ai += ak;
    }
    s00.intoArray(c, co, mask);
    s10.intoArray(c, co + cs, mask);
  }

  private static void tile1x4(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co);
      s01 = FloatVector.fromArray(F, c, co + N);
      s02 = FloatVector.fromArray(F, c, co + 2 * N);
      s03 = FloatVector.fromArray(F, c, co + 3 * N);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector b1 = FloatVector.fromArray(F, b, bi + N);
      FloatVector b2 = FloatVector.fromArray(F, b, bi + 2 * N);
      FloatVector b3 = FloatVector.fromArray(F, b, bi + 3 * N);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s02 = a0.fma(b2, s02);
      s03 = a0.fma(b3, s03);
      ai += ak;
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + N);
    s02.intoArray(c, co + 2 * N);
    s03.intoArray(c, co + 3 * N);
  }

  private static void tile1x2(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co);
      s01 = FloatVector.fromArray(F, c, co + N);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector b1 = FloatVector.fromArray(F, b, bi + N);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      ai += ak;
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + N);
  }

  private static void tile1x1(
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      int n,
      boolean load) {
    VectorMask<Float> mask = Lanes.first(n);
    FloatVector s00 = FloatVector.zero(F);
    if (load) {
      s00 = FloatVector.fromArray(F, c, co, mask);
    }
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi, mask);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      ai += ak;
    }
    s00.intoArray(c, co, mask);
  }
}
