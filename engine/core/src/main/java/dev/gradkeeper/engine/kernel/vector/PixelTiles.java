package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a convolution whose output channels lie together: {@code tile2xC} computes one
 * vector of channels for C neighbouring outputs of each of two rows, each a sequential fma over the
 * {@code k} elements of the window. Element l meets output c of the upper row at {@code upper +
 * offsets[l] + c} of the image; its weights start at {@code wo + l·N}. Results go to {@code oo +
 * c·N}, those of the lower row {@code pitch} further on.
 *
 * <p>Straight-line code on local variables, for the reasons that {@link GemmTiles} gives.
 */
final class PixelTiles {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  interface Tile {
    void multiply(
        int k,
        float[] image,
        int upper,
        int lower,
        int[] offsets,
        float[] weights,
        int wo,
        float[] starts,
        int so,
        float[] out,
        int oo,
        int pitch);
  }

  static final Tile NARROW = PixelTiles::tile2x8;
  static final Tile WIDE = PixelTiles::tile2x10;

  private PixelTiles() {}

  private static void tile2x8(
      int k,
      float[] image,
      int upper,
      int lower,
      int[] offsets,
      float[] weights,
      int wo,
      float[] starts,
      int so,
      float[] out,
      int oo,
      int pitch) {
    FloatVector start = FloatVector.fromArray(F, starts, so);
    FloatVector s00 = start;
    FloatVector s01 = start;
    FloatVector s02 = start;
    FloatVector s03 = start;
    FloatVector s04 = start;
    FloatVector s05 = start;
    FloatVector s06 = start;
    FloatVector s07 = start;
    FloatVector s10 = start;
    FloatVector s11 = start;
    FloatVector s12 = start;
    FloatVector s13 = start;
    FloatVector s14 = start;
    FloatVector s15 = start;
    FloatVector s16 = start;
    FloatVector s17 = start;
    for (int l = 0; l < k; l++) {
      FloatVector w = FloatVector.fromArray(F, weights, wo + l * N);
      int u = upper + offsets[l];
      s00 = FloatVector.broadcast(F, image[u]).fma(w, s00);
      s01 = FloatVector.broadcast(F, image[u + 1]).fma(w, s01);
      s02 = FloatVector.broadcast(F, image[u + 2]).fma(w, s02);
      s03 = FloatVector.broadcast(F, image[u + 3]).fma(w, s03);
      s04 = FloatVector.broadcast(F, image[u + 4]).fma(w, s04);
      s05 = FloatVector.broadcast(F, image[u + 5]).fma(w, s05);
      s06 = FloatVector.broadcast(F, image[u + 6]).fma(w, s06);
      s07 = FloatVector.broadcast(F, image[u + 7]).fma(w, s07);
      int d = lower + offsets[l];
      s10 = FloatVector.broadcast(F, image[d]).fma(w, s10);
      s11 = FloatVector.broadcast(F, image[d + 1]).fma(w, s11);
      s12 = FloatVector.broadcast(F, image[d + 2]).fma(w, s12);
      s13 = FloatVector.broadcast(F, image[d + 3]).fma(w, s13);
      s14 = FloatVector.broadcast(F, image[d + 4]).fma(w, s14);
      s15 = FloatVector.broadcast(F, image[d + 5]).fma(w, s15);
      s16 = FloatVector.broadcast(F, image[d + 6]).fma(w, s16);
      s17 = FloatVector.broadcast(F, image[d + 7]).fma(w, s17);
    }
    s00.intoArray(out, oo);
    s01.intoArray(out, oo + N);
    s02.intoArray(out, oo + 2 * N);
    s03.intoArray(out, oo + 3 * N);
    s04.intoArray(out, oo + 4 * N);
    s05.intoArray(out, oo + 5 * N);
    s06.intoArray(out, oo + 6 * N);
    s07.intoArray(out, oo + 7 * N);
    s10.intoArray(out, oo + pitch);
    s11.intoArray(out, oo + pitch + N);
    s12.intoArray(out, oo + pitch + 2 * N);
    s13.intoArray(out, oo + pitch + 3 * N);
    s14.intoArray(out, oo + pitch + 4 * N);
    s15.intoArray(out, oo + pitch + 5 * N);
    s16.intoArray(out, oo + pitch + 6 * N);
    s17.intoArray(out, oo + pitch + 7 * N);
  }

  private static void tile2x10(
      int k,
      float[] image,
      int upper,
      int lower,
      int[] offsets,
      float[] weights,
      int wo,
      float[] starts,
      int so,
      float[] out,
      int oo,
      int pitch) {
    FloatVector start = FloatVector.fromArray(F, starts, so);
    FloatVector s00 = start;
    FloatVector s01 = start;
    FloatVector s02 = start;
    FloatVector s03 = start;
    FloatVector s04 = start;
    FloatVector s05 = start;
    FloatVector s06 = start;
    FloatVector s07 = start;
    FloatVector s08 = start;
    FloatVector s09 = start;
    FloatVector s10 = start;
    FloatVector s11 = start;
    FloatVector s12 = start;
    FloatVector s13 = start;
    FloatVector s14 = start;
    FloatVector s15 = start;
    FloatVector s16 = start;
    FloatVector s17 = start;
    FloatVector s18 = start;
    FloatVector s19 = start;
    for (int l = 0; l < k; l++) {
      FloatVector w = FloatVector.fromArray(F, weights, wo + l * N);
      int u = upper + offsets[l];
      s00 = FloatVector.broadcast(F, image[u]).fma(w, s00);
      s01 = FloatVector.broadcast(F, image[u + 1]).fma(w, s01);
      s02 = FloatVector.broadcast(F, image[u + 2]).fma(w, s02);
      s03 = FloatVector.broadcast(F, image[u + 3]).fma(w, s03);
      s04 = FloatVector.broadcast(F, image[u + 4]).fma(w, s04);
      s05 = FloatVector.broadcast(F, image[u + 5]).fma(w, s05);
      s06 = FloatVector.broadcast(F, image[u + 6]).fma(w, s06);
      s07 = FloatVector.broadcast(F, image[u + 7]).fma(w, s07);
      s08 = FloatVector.broadcast(F, image[u + 8]).fma(w, s08);
      s09 = FloatVector.broadcast(F, image[u + 9]).fma(w, s09);
      int d = lower + offsets[l];
      s10 = FloatVector.broadcast(F, image[d]).fma(w, s10);
      s11 = FloatVector.broadcast(F, image[d + 1]).fma(w, s11);
      s12 = FloatVector.broadcast(F, image[d + 2]).fma(w, s12);
      s13 = FloatVector.broadcast(F, image[d + 3]).fma(w, s13);
      s14 = FloatVector.broadcast(F, image[d + 4]).fma(w, s14);
      s15 = FloatVector.broadcast(F, image[d + 5]).fma(w, s15);
      s16 = FloatVector.broadcast(F, image[d + 6]).fma(w, s16);
      s17 = FloatVector.broadcast(F, image[d + 7]).fma(w, s17);
      s18 = FloatVector.broadcast(F, image[d + 8]).fma(w, s18);
      s19 = FloatVector.broadcast(F, image[d + 9]).fma(w, s19);
    }
    s00.intoArray(out, oo);
    s01.intoArray(out, oo + N);
    s02.intoArray(out, oo + 2 * N);
    s03.intoArray(out, oo + 3 * N);
    s04.intoArray(out, oo + 4 * N);
    s05.intoArray(out, oo + 5 * N);
    s06.intoArray(out, oo + 6 * N);
    s07.intoArray(out, oo + 7 * N);
    s08.intoArray(out, oo + 8 * N);
    s09.intoArray(out, oo + 9 * N);
    s10.intoArray(out, oo + pitch);
    s11.intoArray(out, oo + pitch + N);
    s12.intoArray(out, oo + pitch + 2 * N);
    s13.intoArray(out, oo + pitch + 3 * N);
    s14.intoArray(out, oo + pitch + 4 * N);
    s15.intoArray(out, oo + pitch + 5 * N);
    s16.intoArray(out, oo + pitch + 6 * N);
    s17.intoArray(out, oo + pitch + 7 * N);
    s18.intoArray(out, oo + pitch + 8 * N);
    s19.intoArray(out, oo + pitch + 9 * N);
  }
}
