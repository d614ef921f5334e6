package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a matrix product, c = start + a·b: {@code tileRxV} computes R rows of V
 * vectors, each output a sequential fma over k. Element (i, l) of a lies at {@code ao + i·as +
 * l·ak}; row l of b starts at {@code bo + rows[l]}; rows of c are {@code cs} apart. Vector v of row
 * i starts from the one at {@code fo + i·fs + v·fv} of {@code from}, which may be c itself.
 *
 * <p>Straight-line code on local variables: C2 boxes vectors in arrays, and past some hundred
 * inlined vector calls in one method it boxes all of them. Branches between vectors can box them
 * too.
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
        float[] from,
        int fo,
        int fs,
        int fv);
  }

  /**
   * By half the rows, rounded down, and the logarithm of the vectors. Called through an interface,
   * because C2 would inline the small ones into one method until it is too large for vectors in
   * registers.
   */
  static final Tile[][] TILES = {
    {GemmTiles::tile1x1, GemmTiles::tile1x2, GemmTiles::tile1x4},
    {GemmTiles::tile2x1, GemmTiles::tile2x2, GemmTiles::tile2x4},
    {GemmTiles::tile4x1, GemmTiles::tile4x2, GemmTiles::tile4x4},
    {GemmTiles::tile6x1, GemmTiles::tile6x2, GemmTiles::tile6x4}
  };

  private GemmTiles() {}

  private static void tile6x4(
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
    FloatVector s02 = FloatVector.fromArray(F, from, fo + 2 * fv);
    FloatVector s03 = FloatVector.fromArray(F, from, fo + 3 * fv);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s11 = FloatVector.fromArray(F, from, fo + fs + fv);
    FloatVector s12 = FloatVector.fromArray(F, from, fo + fs + 2 * fv);
    FloatVector s13 = FloatVector.fromArray(F, from, fo + fs + 3 * fv);
    FloatVector s20 = FloatVector.fromArray(F, from, fo + 2 * fs);
    FloatVector s21 = FloatVector.fromArray(F, from, fo + 2 * fs + fv);
    FloatVector s22 = FloatVector.fromArray(F, from, fo + 2 * fs + 2 * fv);
    FloatVector s23 = FloatVector.fromArray(F, from, fo + 2 * fs + 3 * fv);
    FloatVector s30 = FloatVector.fromArray(F, from, fo + 3 * fs);
    FloatVector s31 = FloatVector.fromArray(F, from, fo + 3 * fs + fv);
    FloatVector s32 = FloatVector.fromArray(F, from, fo + 3 * fs + 2 * fv);
    FloatVector s33 = FloatVector.fromArray(F, from, fo + 3 * fs + 3 * fv);
    FloatVector s40 = FloatVector.fromArray(F, from, fo + 4 * fs);
    FloatVector s41 = FloatVector.fromArray(F, from, fo + 4 * fs + fv);
    FloatVector s42 = FloatVector.fromArray(F, from, fo + 4 * fs + 2 * fv);
    FloatVector s43 = FloatVector.fromArray(F, from, fo + 4 * fs + 3 * fv);
    FloatVector s50 = FloatVector.fromArray(F, from, fo + 5 * fs);
    FloatVector s51 = FloatVector.fromArray(F, from, fo + 5 * fs + fv);
    FloatVector s52 = FloatVector.fromArray(F, from, fo + 5 * fs + 2 * fv);
    FloatVector s53 = FloatVector.fromArray(F, from, fo + 5 * fs + 3 * fv);
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
      FloatVector a4 = FloatVector.broadcast(F, a[ai + 4 * as]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      s42 = a4.fma(b2, s42);
      s43 = a4.fma(b3, s43);
      FloatVector a5 = FloatVector.broadcast(F, a[ai + 5 * as]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
      s52 = a5.fma(b2, s52);
      s53 = a5.fma(b3, s53);
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
    s40.intoArray(c, co + 4 * cs);
    s41.intoArray(c, co + 4 * cs + N);
    s42.intoArray(c, co + 4 * cs + 2 * N);
    s43.intoArray(c, co + 4 * cs + 3 * N);
    s50.intoArray(c, co + 5 * cs);
    s51.intoArray(c, co + 5 * cs + N);
    s52.intoArray(c, co + 5 * cs + 2 * N);
    s53.intoArray(c, co + 5 * cs + 3 * N);
  }

  private static void tile6x2(
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s11 = FloatVector.fromArray(F, from, fo + fs + fv);
    FloatVector s20 = FloatVector.fromArray(F, from, fo + 2 * fs);
    FloatVector s21 = FloatVector.fromArray(F, from, fo + 2 * fs + fv);
    FloatVector s30 = FloatVector.fromArray(F, from, fo + 3 * fs);
    FloatVector s31 = FloatVector.fromArray(F, from, fo + 3 * fs + fv);
    FloatVector s40 = FloatVector.fromArray(F, from, fo + 4 * fs);
    FloatVector s41 = FloatVector.fromArray(F, from, fo + 4 * fs + fv);
    FloatVector s50 = FloatVector.fromArray(F, from, fo + 5 * fs);
    FloatVector s51 = FloatVector.fromArray(F, from, fo + 5 * fs + fv);
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
      FloatVector a4 = FloatVector.broadcast(F, a[ai + 4 * as]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      FloatVector a5 = FloatVector.broadcast(F, a[ai + 5 * as]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
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
    s40.intoArray(c, co + 4 * cs);
    s41.intoArray(c, co + 4 * cs + N);
    s50.intoArray(c, co + 5 * cs);
    s51.intoArray(c, co + 5 * cs + N);
  }

  private static void tile6x1(
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s20 = FloatVector.fromArray(F, from, fo + 2 * fs);
    FloatVector s30 = FloatVector.fromArray(F, from, fo + 3 * fs);
    FloatVector s40 = FloatVector.fromArray(F, from, fo + 4 * fs);
    FloatVector s50 = FloatVector.fromArray(F, from, fo + 5 * fs);
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      FloatVector a2 = FloatVector.broadcast(F, a[ai + 2 * as]);
      s20 = a2.fma(b0, s20);
      FloatVector a3 = FloatVector.broadcast(F, a[ai + 3 * as]);
      s30 = a3.fma(b0, s30);
      FloatVector a4 = FloatVector.broadcast(F, a[ai + 4 * as]);
      s40 = a4.fma(b0, s40);
      FloatVector a5 = FloatVector.broadcast(F, a[ai + 5 * as]);
      s50 = a5.fma(b0, s50);
      ai += ak;
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + cs);
    s20.intoArray(c, co + 2 * cs);
    s30.intoArray(c, co + 3 * cs);
    s40.intoArray(c, co + 4 * cs);
    s50.intoArray(c, co + 5 * cs);
  }

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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
    FloatVector s02 = FloatVector.fromArray(F, from, fo + 2 * fv);
    FloatVector s03 = FloatVector.fromArray(F, from, fo + 3 * fv);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s11 = FloatVector.fromArray(F, from, fo + fs + fv);
    FloatVector s12 = FloatVector.fromArray(F, from, fo + fs + 2 * fv);
    FloatVector s13 = FloatVector.fromArray(F, from, fo + fs + 3 * fv);
    FloatVector s20 = FloatVector.fromArray(F, from, fo + 2 * fs);
    FloatVector s21 = FloatVector.fromArray(F, from, fo + 2 * fs + fv);
    FloatVector s22 = FloatVector.fromArray(F, from, fo + 2 * fs + 2 * fv);
    FloatVector s23 = FloatVector.fromArray(F, from, fo + 2 * fs + 3 * fv);
    FloatVector s30 = FloatVector.fromArray(F, from, fo + 3 * fs);
    FloatVector s31 = FloatVector.fromArray(F, from, fo + 3 * fs + fv);
    FloatVector s32 = FloatVector.fromArray(F, from, fo + 3 * fs + 2 * fv);
    FloatVector s33 = FloatVector.fromArray(F, from, fo + 3 * fs + 3 * fv);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s11 = FloatVector.fromArray(F, from, fo + fs + fv);
    FloatVector s20 = FloatVector.fromArray(F, from, fo + 2 * fs);
    FloatVector s21 = FloatVector.fromArray(F, from, fo + 2 * fs + fv);
    FloatVector s30 = FloatVector.fromArray(F, from, fo + 3 * fs);
    FloatVector s31 = FloatVector.fromArray(F, from, fo + 3 * fs + fv);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s20 = FloatVector.fromArray(F, from, fo + 2 * fs);
    FloatVector s30 = FloatVector.fromArray(F, from, fo + 3 * fs);
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
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
    s00.intoArray(c, co);
    s10.intoArray(c, co + cs);
    s20.intoArray(c, co + 2 * cs);
    s30.intoArray(c, co + 3 * cs);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
    FloatVector s02 = FloatVector.fromArray(F, from, fo + 2 * fv);
    FloatVector s03 = FloatVector.fromArray(F, from, fo + 3 * fv);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s11 = FloatVector.fromArray(F, from, fo + fs + fv);
    FloatVector s12 = FloatVector.fromArray(F, from, fo + fs + 2 * fv);
    FloatVector s13 = FloatVector.fromArray(F, from, fo + fs + 3 * fv);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    FloatVector s11 = FloatVector.fromArray(F, from, fo + fs + fv);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s10 = FloatVector.fromArray(F, from, fo + fs);
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(F, a[ai + as]);
      s10 = a1.fma(b0, s10);
      ai += ak;
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + cs);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
    FloatVector s02 = FloatVector.fromArray(F, from, fo + 2 * fv);
    FloatVector s03 = FloatVector.fromArray(F, from, fo + 3 * fv);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    FloatVector s01 = FloatVector.fromArray(F, from, fo + fv);
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
      float[] from,
      int fo,
      int fs,
      int fv) {
    FloatVector s00 = FloatVector.fromArray(F, from, fo);
    int ai = ao;
    for (int l = 0; l < k; l++) {
      int bi = bo + rows[l];
      FloatVector b0 = FloatVector.fromArray(F, b, bi);
      FloatVector a0 = FloatVector.broadcast(F, a[ai]);
      s00 = a0.fma(b0, s00);
      ai += ak;
    }
    s00.intoArray(c, co);
  }
}
