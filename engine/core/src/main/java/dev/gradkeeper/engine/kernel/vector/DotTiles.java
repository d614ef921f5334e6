package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.scalar.Sums.DOT_LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of products of lines, over the {@value
 * dev.gradkeeper.engine.kernel.scalar.Sums#DOT_LANES} lanes of {@link
 * dev.gradkeeper.engine.kernel.scalar.Sums}: {@code tileRx4} multiplies R lines of a with 4 of b,
 * given by their offsets, and leaves the lanes of each of the 4·R products in {@code lanes}, row by
 * row.
 *
 * <p>A call does the lanes of one vector, those from {@code group} on; shorter vectors take more
 * calls.
 */
final class DotTiles {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;

  /**
   * Not a constant: of a loop with a constant step C2 takes the checks of bounds out, then loads
   * all ten lines before it multiplies, and runs out of registers.
   */
  private static int step = DOT_LANES;

  private DotTiles() {}

  static void tile6x4(
      int k,
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int a4,
      int a5,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      int group,
      float[] lanes) {
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
    FloatVector s40 = FloatVector.zero(F);
    FloatVector s41 = FloatVector.zero(F);
    FloatVector s42 = FloatVector.zero(F);
    FloatVector s43 = FloatVector.zero(F);
    FloatVector s50 = FloatVector.zero(F);
    FloatVector s51 = FloatVector.zero(F);
    FloatVector s52 = FloatVector.zero(F);
    FloatVector s53 = FloatVector.zero(F);
    int full = k & -DOT_LANES;
    for (int l = group; l < full; l += step) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l);
      FloatVector y1 = FloatVector.fromArray(F, b, b1 + l);
      FloatVector y2 = FloatVector.fromArray(F, b, b2 + l);
      FloatVector y3 = FloatVector.fromArray(F, b, b3 + l);
      FloatVector x0 = FloatVector.fromArray(F, a, a0 + l);
      s00 = x0.fma(y0, s00);
      s01 = x0.fma(y1, s01);
      s02 = x0.fma(y2, s02);
      s03 = x0.fma(y3, s03);
      FloatVector x1 = FloatVector.fromArray(F, a, a1 + l);
      s10 = x1.fma(y0, s10);
      s11 = x1.fma(y1, s11);
      s12 = x1.fma(y2, s12);
      s13 = x1.fma(y3, s13);
      FloatVector x2 = FloatVector.fromArray(F, a, a2 + l);
      s20 = x2.fma(y0, s20);
      s21 = x2.fma(y1, s21);
      s22 = x2.fma(y2, s22);
      s23 = x2.fma(y3, s23);
      FloatVector x3 = FloatVector.fromArray(F, a, a3 + l);
      s30 = x3.fma(y0, s30);
      s31 = x3.fma(y1, s31);
      s32 = x3.fma(y2, s32);
      s33 = x3.fma(y3, s33);
      FloatVector x4 = FloatVector.fromArray(F, a, a4 + l);
      s40 = x4.fma(y0, s40);
      s41 = x4.fma(y1, s41);
      s42 = x4.fma(y2, s42);
      s43 = x4.fma(y3, s43);
      FloatVector x5 = FloatVector.fromArray(F, a, a5 + l);
      s50 = x5.fma(y0, s50);
      s51 = x5.fma(y1, s51);
      s52 = x5.fma(y2, s52);
      s53 = x5.fma(y3, s53);
    }
    s00.intoArray(lanes, group + 0 * DOT_LANES);
    s01.intoArray(lanes, group + 1 * DOT_LANES);
    s02.intoArray(lanes, group + 2 * DOT_LANES);
    s03.intoArray(lanes, group + 3 * DOT_LANES);
    s10.intoArray(lanes, group + 4 * DOT_LANES);
    s11.intoArray(lanes, group + 5 * DOT_LANES);
    s12.intoArray(lanes, group + 6 * DOT_LANES);
    s13.intoArray(lanes, group + 7 * DOT_LANES);
    s20.intoArray(lanes, group + 8 * DOT_LANES);
    s21.intoArray(lanes, group + 9 * DOT_LANES);
    s22.intoArray(lanes, group + 10 * DOT_LANES);
    s23.intoArray(lanes, group + 11 * DOT_LANES);
    s30.intoArray(lanes, group + 12 * DOT_LANES);
    s31.intoArray(lanes, group + 13 * DOT_LANES);
    s32.intoArray(lanes, group + 14 * DOT_LANES);
    s33.intoArray(lanes, group + 15 * DOT_LANES);
    s40.intoArray(lanes, group + 16 * DOT_LANES);
    s41.intoArray(lanes, group + 17 * DOT_LANES);
    s42.intoArray(lanes, group + 18 * DOT_LANES);
    s43.intoArray(lanes, group + 19 * DOT_LANES);
    s50.intoArray(lanes, group + 20 * DOT_LANES);
    s51.intoArray(lanes, group + 21 * DOT_LANES);
    s52.intoArray(lanes, group + 22 * DOT_LANES);
    s53.intoArray(lanes, group + 23 * DOT_LANES);
  }

  static void tile4x4(
      int k,
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      int group,
      float[] lanes) {
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
    int full = k & -DOT_LANES;
    for (int l = group; l < full; l += step) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l);
      FloatVector y1 = FloatVector.fromArray(F, b, b1 + l);
      FloatVector y2 = FloatVector.fromArray(F, b, b2 + l);
      FloatVector y3 = FloatVector.fromArray(F, b, b3 + l);
      FloatVector x0 = FloatVector.fromArray(F, a, a0 + l);
      s00 = x0.fma(y0, s00);
      s01 = x0.fma(y1, s01);
      s02 = x0.fma(y2, s02);
      s03 = x0.fma(y3, s03);
      FloatVector x1 = FloatVector.fromArray(F, a, a1 + l);
      s10 = x1.fma(y0, s10);
      s11 = x1.fma(y1, s11);
      s12 = x1.fma(y2, s12);
      s13 = x1.fma(y3, s13);
      FloatVector x2 = FloatVector.fromArray(F, a, a2 + l);
      s20 = x2.fma(y0, s20);
      s21 = x2.fma(y1, s21);
      s22 = x2.fma(y2, s22);
      s23 = x2.fma(y3, s23);
      FloatVector x3 = FloatVector.fromArray(F, a, a3 + l);
      s30 = x3.fma(y0, s30);
      s31 = x3.fma(y1, s31);
      s32 = x3.fma(y2, s32);
      s33 = x3.fma(y3, s33);
    }
    s00.intoArray(lanes, group + 0 * DOT_LANES);
    s01.intoArray(lanes, group + 1 * DOT_LANES);
    s02.intoArray(lanes, group + 2 * DOT_LANES);
    s03.intoArray(lanes, group + 3 * DOT_LANES);
    s10.intoArray(lanes, group + 4 * DOT_LANES);
    s11.intoArray(lanes, group + 5 * DOT_LANES);
    s12.intoArray(lanes, group + 6 * DOT_LANES);
    s13.intoArray(lanes, group + 7 * DOT_LANES);
    s20.intoArray(lanes, group + 8 * DOT_LANES);
    s21.intoArray(lanes, group + 9 * DOT_LANES);
    s22.intoArray(lanes, group + 10 * DOT_LANES);
    s23.intoArray(lanes, group + 11 * DOT_LANES);
    s30.intoArray(lanes, group + 12 * DOT_LANES);
    s31.intoArray(lanes, group + 13 * DOT_LANES);
    s32.intoArray(lanes, group + 14 * DOT_LANES);
    s33.intoArray(lanes, group + 15 * DOT_LANES);
  }

  static void tile2x4(
      int k,
      float[] a,
      int a0,
      int a1,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      int group,
      float[] lanes) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    int full = k & -DOT_LANES;
    for (int l = group; l < full; l += step) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l);
      FloatVector y1 = FloatVector.fromArray(F, b, b1 + l);
      FloatVector y2 = FloatVector.fromArray(F, b, b2 + l);
      FloatVector y3 = FloatVector.fromArray(F, b, b3 + l);
      FloatVector x0 = FloatVector.fromArray(F, a, a0 + l);
      s00 = x0.fma(y0, s00);
      s01 = x0.fma(y1, s01);
      s02 = x0.fma(y2, s02);
      s03 = x0.fma(y3, s03);
      FloatVector x1 = FloatVector.fromArray(F, a, a1 + l);
      s10 = x1.fma(y0, s10);
      s11 = x1.fma(y1, s11);
      s12 = x1.fma(y2, s12);
      s13 = x1.fma(y3, s13);
    }
    s00.intoArray(lanes, group + 0 * DOT_LANES);
    s01.intoArray(lanes, group + 1 * DOT_LANES);
    s02.intoArray(lanes, group + 2 * DOT_LANES);
    s03.intoArray(lanes, group + 3 * DOT_LANES);
    s10.intoArray(lanes, group + 4 * DOT_LANES);
    s11.intoArray(lanes, group + 5 * DOT_LANES);
    s12.intoArray(lanes, group + 6 * DOT_LANES);
    s13.intoArray(lanes, group + 7 * DOT_LANES);
  }

  static void tile1x4(
      int k,
      float[] a,
      int a0,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      int group,
      float[] lanes) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    int full = k & -DOT_LANES;
    for (int l = group; l < full; l += step) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l);
      FloatVector y1 = FloatVector.fromArray(F, b, b1 + l);
      FloatVector y2 = FloatVector.fromArray(F, b, b2 + l);
      FloatVector y3 = FloatVector.fromArray(F, b, b3 + l);
      FloatVector x0 = FloatVector.fromArray(F, a, a0 + l);
      s00 = x0.fma(y0, s00);
      s01 = x0.fma(y1, s01);
      s02 = x0.fma(y2, s02);
      s03 = x0.fma(y3, s03);
    }
    s00.intoArray(lanes, group + 0 * DOT_LANES);
    s01.intoArray(lanes, group + 1 * DOT_LANES);
    s02.intoArray(lanes, group + 2 * DOT_LANES);
    s03.intoArray(lanes, group + 3 * DOT_LANES);
  }

  /**
   * The elements from {@code k & -16} on, for one line of a; {@code at} is where the lanes of its
   * first product lie. Lanes without an element keep their sign of zero.
   */
  static void tail1x4(
      int k,
      float[] a,
      int a0,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      int group,
      float[] lanes,
      int at) {
    int l = (k & -DOT_LANES) + group;
    if (l >= k) {
      return;
    }
    VectorMask<Float> mask = Lanes.first(k - l);
    FloatVector x = FloatVector.fromArray(F, a, a0 + l, mask);
    int s = at + group;
    FloatVector s0 = FloatVector.fromArray(F, lanes, s);
    FloatVector s1 = FloatVector.fromArray(F, lanes, s + DOT_LANES);
    FloatVector s2 = FloatVector.fromArray(F, lanes, s + 2 * DOT_LANES);
    FloatVector s3 = FloatVector.fromArray(F, lanes, s + 3 * DOT_LANES);
    s0 = s0.blend(x.fma(FloatVector.fromArray(F, b, b0 + l, mask), s0), mask);
    s1 = s1.blend(x.fma(FloatVector.fromArray(F, b, b1 + l, mask), s1), mask);
    s2 = s2.blend(x.fma(FloatVector.fromArray(F, b, b2 + l, mask), s2), mask);
    s3 = s3.blend(x.fma(FloatVector.fromArray(F, b, b3 + l, mask), s3), mask);
    s0.intoArray(lanes, s);
    s1.intoArray(lanes, s + DOT_LANES);
    s2.intoArray(lanes, s + 2 * DOT_LANES);
    s3.intoArray(lanes, s + 3 * DOT_LANES);
  }
}
