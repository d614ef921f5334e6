package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a convolution whose output channels lie together: {@code tileWxC} computes one
 * vector of channels for C neighbouring outputs of a row, each a sequential fma over the {@code k}
 * elements of the window, which are W neighbours in each of its rows. Element l meets output c at
 * {@code ao + offsets[l] + c} of the image; its weights start at {@code wo + l·N}. Results go to
 * {@code oo + c·N}.
 *
 * <p>An element of the image is loaded once for the W outputs that it meets in a row of the window:
 * loaded for each of them, loads would take longer than the arithmetic.
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
        int ao,
        int[] offsets,
        float[] weights,
        int wo,
        float[] starts,
        int so,
        float[] out,
        int oo);
  }

  private PixelTiles() {}

  /** The tile for windows of {@code width} columns, 3 or 5, and 8 or 10 outputs, or null. */
  static Tile of(int width, int outputs) {
    return switch (width) {
      case 3 -> outputs == 8 ? PixelTiles::tile3x8 : PixelTiles::tile3x10;
      case 5 -> outputs == 8 ? PixelTiles::tile5x8 : PixelTiles::tile5x10;
      default -> null;
    };
  }

  private static void tile3x8(
      int k,
      float[] image,
      int ao,
      int[] offsets,
      float[] weights,
      int wo,
      float[] starts,
      int so,
      float[] out,
      int oo) {
    FloatVector start = FloatVector.fromArray(F, starts, so);
    FloatVector s0 = start;
    FloatVector s1 = start;
    FloatVector s2 = start;
    FloatVector s3 = start;
    FloatVector s4 = start;
    FloatVector s5 = start;
    FloatVector s6 = start;
    FloatVector s7 = start;
    for (int l = 0; l < k; l += 3) {
      int w = wo + l * N;
      FloatVector w0 = FloatVector.fromArray(F, weights, w);
      FloatVector w1 = FloatVector.fromArray(F, weights, w + N);
      FloatVector w2 = FloatVector.fromArray(F, weights, w + 2 * N);
      int at = ao + offsets[l];
      FloatVector x0 = FloatVector.broadcast(F, image[at]);
      s0 = x0.fma(w0, s0);
      FloatVector x1 = FloatVector.broadcast(F, image[at + 1]);
      s0 = x1.fma(w1, s0);
      s1 = x1.fma(w0, s1);
      FloatVector x2 = FloatVector.broadcast(F, image[at + 2]);
      s0 = x2.fma(w2, s0);
      s1 = x2.fma(w1, s1);
      s2 = x2.fma(w0, s2);
      FloatVector x3 = FloatVector.broadcast(F, image[at + 3]);
      s1 = x3.fma(w2, s1);
      s2 = x3.fma(w1, s2);
      s3 = x3.fma(w0, s3);
      FloatVector x4 = FloatVector.broadcast(F, image[at + 4]);
      s2 = x4.fma(w2, s2);
      s3 = x4.fma(w1, s3);
      s4 = x4.fma(w0, s4);
      FloatVector x5 = FloatVector.broadcast(F, image[at + 5]);
      s3 = x5.fma(w2, s3);
      s4 = x5.fma(w1, s4);
      s5 = x5.fma(w0, s5);
      FloatVector x6 = FloatVector.broadcast(F, image[at + 6]);
      s4 = x6.fma(w2, s4);
      s5 = x6.fma(w1, s5);
      s6 = x6.fma(w0, s6);
      FloatVector x7 = FloatVector.broadcast(F, image[at + 7]);
      s5 = x7.fma(w2, s5);
      s6 = x7.fma(w1, s6);
      s7 = x7.fma(w0, s7);
      FloatVector x8 = FloatVector.broadcast(F, image[at + 8]);
      s6 = x8.fma(w2, s6);
      s7 = x8.fma(w1, s7);
      FloatVector x9 = FloatVector.broadcast(F, image[at + 9]);
      s7 = x9.fma(w2, s7);
    }
    s0.intoArray(out, oo);
    s1.intoArray(out, oo + N);
    s2.intoArray(out, oo + 2 * N);
    s3.intoArray(out, oo + 3 * N);
    s4.intoArray(out, oo + 4 * N);
    s5.intoArray(out, oo + 5 * N);
    s6.intoArray(out, oo + 6 * N);
    s7.intoArray(out, oo + 7 * N);
  }

  private static void tile3x10(
      int k,
      float[] image,
      int ao,
      int[] offsets,
      float[] weights,
      int wo,
      float[] starts,
      int so,
      float[] out,
      int oo) {
    FloatVector start = FloatVector.fromArray(F, starts, so);
    FloatVector s0 = start;
    FloatVector s1 = start;
    FloatVector s2 = start;
    FloatVector s3 = start;
    FloatVector s4 = start;
    FloatVector s5 = start;
    FloatVector s6 = start;
    FloatVector s7 = start;
    FloatVector s8 = start;
    FloatVector s9 = start;
    for (int l = 0; l < k; l += 3) {
      int w = wo + l * N;
      FloatVector w0 = FloatVector.fromArray(F, weights, w);
      FloatVector w1 = FloatVector.fromArray(F, weights, w + N);
      FloatVector w2 = FloatVector.fromArray(F, weights, w + 2 * N);
      int at = ao + offsets[l];
      FloatVector x0 = FloatVector.broadcast(F, image[at]);
      s0 = x0.fma(w0, s0);
      FloatVector x1 = FloatVector.broadcast(F, image[at + 1]);
      s0 = x1.fma(w1, s0);
      s1 = x1.fma(w0, s1);
      FloatVector x2 = FloatVector.broadcast(F, image[at + 2]);
      s0 = x2.fma(w2, s0);
      s1 = x2.fma(w1, s1);
      s2 = x2.fma(w0, s2);
      FloatVector x3 = FloatVector.broadcast(F, image[at + 3]);
      s1 = x3.fma(w2, s1);
      s2 = x3.fma(w1, s2);
      s3 = x3.fma(w0, s3);
      FloatVector x4 = FloatVector.broadcast(F, image[at + 4]);
      s2 = x4.fma(w2, s2);
      s3 = x4.fma(w1, s3);
      s4 = x4.fma(w0, s4);
      FloatVector x5 = FloatVector.broadcast(F, image[at + 5]);
      s3 = x5.fma(w2, s3);
      s4 = x5.fma(w1, s4);
      s5 = x5.fma(w0, s5);
      FloatVector x6 = FloatVector.broadcast(F, image[at + 6]);
      s4 = x6.fma(w2, s4);
      s5 = x6.fma(w1, s5);
      s6 = x6.fma(w0, s6);
      FloatVector x7 = FloatVector.broadcast(F, image[at + 7]);
      s5 = x7.fma(w2, s5);
      s6 = x7.fma(w1, s6);
      s7 = x7.fma(w0, s7);
      FloatVector x8 = FloatVector.broadcast(F, image[at + 8]);
      s6 = x8.fma(w2, s6);
      s7 = x8.fma(w1, s7);
      s8 = x8.fma(w0, s8);
      FloatVector x9 = FloatVector.broadcast(F, image[at + 9]);
      s7 = x9.fma(w2, s7);
      s8 = x9.fma(w1, s8);
      s9 = x9.fma(w0, s9);
      FloatVector x10 = FloatVector.broadcast(F, image[at + 10]);
      s8 = x10.fma(w2, s8);
      s9 = x10.fma(w1, s9);
      FloatVector x11 = FloatVector.broadcast(F, image[at + 11]);
      s9 = x11.fma(w2, s9);
    }
    s0.intoArray(out, oo);
    s1.intoArray(out, oo + N);
    s2.intoArray(out, oo + 2 * N);
    s3.intoArray(out, oo + 3 * N);
    s4.intoArray(out, oo + 4 * N);
    s5.intoArray(out, oo + 5 * N);
    s6.intoArray(out, oo + 6 * N);
    s7.intoArray(out, oo + 7 * N);
    s8.intoArray(out, oo + 8 * N);
    s9.intoArray(out, oo + 9 * N);
  }

  private static void tile5x8(
      int k,
      float[] image,
      int ao,
      int[] offsets,
      float[] weights,
      int wo,
      float[] starts,
      int so,
      float[] out,
      int oo) {
    FloatVector start = FloatVector.fromArray(F, starts, so);
    FloatVector s0 = start;
    FloatVector s1 = start;
    FloatVector s2 = start;
    FloatVector s3 = start;
    FloatVector s4 = start;
    FloatVector s5 = start;
    FloatVector s6 = start;
    FloatVector s7 = start;
    for (int l = 0; l < k; l += 5) {
      int w = wo + l * N;
      FloatVector w0 = FloatVector.fromArray(F, weights, w);
      FloatVector w1 = FloatVector.fromArray(F, weights, w + N);
      FloatVector w2 = FloatVector.fromArray(F, weights, w + 2 * N);
      FloatVector w3 = FloatVector.fromArray(F, weights, w + 3 * N);
      FloatVector w4 = FloatVector.fromArray(F, weights, w + 4 * N);
      int at = ao + offsets[l];
      FloatVector x0 = FloatVector.broadcast(F, image[at]);
      s0 = x0.fma(w0, s0);
      FloatVector x1 = FloatVector.broadcast(F, image[at + 1]);
      s0 = x1.fma(w1, s0);
      s1 = x1.fma(w0, s1);
      FloatVector x2 = FloatVector.broadcast(F, image[at + 2]);
      s0 = x2.fma(w2, s0);
      s1 = x2.fma(w1, s1);
      s2 = x2.fma(w0, s2);
      FloatVector x3 = FloatVector.broadcast(F, image[at + 3]);
      s0 = x3.fma(w3, s0);
      s1 = x3.fma(w2, s1);
      s2 = x3.fma(w1, s2);
      s3 = x3.fma(w0, s3);
      FloatVector x4 = FloatVector.broadcast(F, image[at + 4]);
      s0 = x4.fma(w4, s0);
      s1 = x4.fma(w3, s1);
      s2 = x4.fma(w2, s2);
      s3 = x4.fma(w1, s3);
      s4 = x4.fma(w0, s4);
      FloatVector x5 = FloatVector.broadcast(F, image[at + 5]);
      s1 = x5.fma(w4, s1);
      s2 = x5.fma(w3, s2);
      s3 = x5.fma(w2, s3);
      s4 = x5.fma(w1, s4);
      s5 = x5.fma(w0, s5);
      FloatVector x6 = FloatVector.broadcast(F, image[at + 6]);
      s2 = x6.fma(w4, s2);
      s3 = x6.fma(w3, s3);
      s4 = x6.fma(w2, s4);
      s5 = x6.fma(w1, s5);
      s6 = x6.fma(w0, s6);
      FloatVector x7 = FloatVector.broadcast(F, image[at + 7]);
      s3 = x7.fma(w4, s3);
      s4 = x7.fma(w3, s4);
      s5 = x7.fma(w2, s5);
      s6 = x7.fma(w1, s6);
      s7 = x7.fma(w0, s7);
      FloatVector x8 = FloatVector.broadcast(F, image[at + 8]);
      s4 = x8.fma(w4, s4);
      s5 = x8.fma(w3, s5);
      s6 = x8.fma(w2, s6);
      s7 = x8.fma(w1, s7);
      FloatVector x9 = FloatVector.broadcast(F, image[at + 9]);
      s5 = x9.fma(w4, s5);
      s6 = x9.fma(w3, s6);
      s7 = x9.fma(w2, s7);
      FloatVector x10 = FloatVector.broadcast(F, image[at + 10]);
      s6 = x10.fma(w4, s6);
      s7 = x10.fma(w3, s7);
      FloatVector x11 = FloatVector.broadcast(F, image[at + 11]);
      s7 = x11.fma(w4, s7);
    }
    s0.intoArray(out, oo);
    s1.intoArray(out, oo + N);
    s2.intoArray(out, oo + 2 * N);
    s3.intoArray(out, oo + 3 * N);
    s4.intoArray(out, oo + 4 * N);
    s5.intoArray(out, oo + 5 * N);
    s6.intoArray(out, oo + 6 * N);
    s7.intoArray(out, oo + 7 * N);
  }

  private static void tile5x10(
      int k,
      float[] image,
      int ao,
      int[] offsets,
      float[] weights,
      int wo,
      float[] starts,
      int so,
      float[] out,
      int oo) {
    FloatVector start = FloatVector.fromArray(F, starts, so);
    FloatVector s0 = start;
    FloatVector s1 = start;
    FloatVector s2 = start;
    FloatVector s3 = start;
    FloatVector s4 = start;
    FloatVector s5 = start;
    FloatVector s6 = start;
    FloatVector s7 = start;
    FloatVector s8 = start;
    FloatVector s9 = start;
    for (int l = 0; l < k; l += 5) {
      int w = wo + l * N;
      FloatVector w0 = FloatVector.fromArray(F, weights, w);
      FloatVector w1 = FloatVector.fromArray(F, weights, w + N);
      FloatVector w2 = FloatVector.fromArray(F, weights, w + 2 * N);
      FloatVector w3 = FloatVector.fromArray(F, weights, w + 3 * N);
      FloatVector w4 = FloatVector.fromArray(F, weights, w + 4 * N);
      int at = ao + offsets[l];
      FloatVector x0 = FloatVector.broadcast(F, image[at]);
      s0 = x0.fma(w0, s0);
      FloatVector x1 = FloatVector.broadcast(F, image[at + 1]);
      s0 = x1.fma(w1, s0);
      s1 = x1.fma(w0, s1);
      FloatVector x2 = FloatVector.broadcast(F, image[at + 2]);
      s0 = x2.fma(w2, s0);
      s1 = x2.fma(w1, s1);
      s2 = x2.fma(w0, s2);
      FloatVector x3 = FloatVector.broadcast(F, image[at + 3]);
      s0 = x3.fma(w3, s0);
      s1 = x3.fma(w2, s1);
      s2 = x3.fma(w1, s2);
      s3 = x3.fma(w0, s3);
      FloatVector x4 = FloatVector.broadcast(F, image[at + 4]);
      s0 = x4.fma(w4, s0);
      s1 = x4.fma(w3, s1);
      s2 = x4.fma(w2, s2);
      s3 = x4.fma(w1, s3);
      s4 = x4.fma(w0, s4);
      FloatVector x5 = FloatVector.broadcast(F, image[at + 5]);
      s1 = x5.fma(w4, s1);
      s2 = x5.fma(w3, s2);
      s3 = x5.fma(w2, s3);
      s4 = x5.fma(w1, s4);
      s5 = x5.fma(w0, s5);
      FloatVector x6 = FloatVector.broadcast(F, image[at + 6]);
      s2 = x6.fma(w4, s2);
      s3 = x6.fma(w3, s3);
      s4 = x6.fma(w2, s4);
      s5 = x6.fma(w1, s5);
      s6 = x6.fma(w0, s6);
      FloatVector x7 = FloatVector.broadcast(F, image[at + 7]);
      s3 = x7.fma(w4, s3);
      s4 = x7.fma(w3, s4);
      s5 = x7.fma(w2, s5);
      s6 = x7.fma(w1, s6);
      s7 = x7.fma(w0, s7);
      FloatVector x8 = FloatVector.broadcast(F, image[at + 8]);
      s4 = x8.fma(w4, s4);
      s5 = x8.fma(w3, s5);
      s6 = x8.fma(w2, s6);
      s7 = x8.fma(w1, s7);
      s8 = x8.fma(w0, s8);
      FloatVector x9 = FloatVector.broadcast(F, image[at + 9]);
      s5 = x9.fma(w4, s5);
      s6 = x9.fma(w3, s6);
      s7 = x9.fma(w2, s7);
      s8 = x9.fma(w1, s8);
      s9 = x9.fma(w0, s9);
      FloatVector x10 = FloatVector.broadcast(F, image[at + 10]);
      s6 = x10.fma(w4, s6);
      s7 = x10.fma(w3, s7);
      s8 = x10.fma(w2, s8);
      s9 = x10.fma(w1, s9);
      FloatVector x11 = FloatVector.broadcast(F, image[at + 11]);
      s7 = x11.fma(w4, s7);
      s8 = x11.fma(w3, s8);
      s9 = x11.fma(w2, s9);
      FloatVector x12 = FloatVector.broadcast(F, image[at + 12]);
      s8 = x12.fma(w4, s8);
      s9 = x12.fma(w3, s9);
      FloatVector x13 = FloatVector.broadcast(F, image[at + 13]);
      s9 = x13.fma(w4, s9);
    }
    s0.intoArray(out, oo);
    s1.intoArray(out, oo + N);
    s2.intoArray(out, oo + 2 * N);
    s3.intoArray(out, oo + 3 * N);
    s4.intoArray(out, oo + 4 * N);
    s5.intoArray(out, oo + 5 * N);
    s6.intoArray(out, oo + 6 * N);
    s7.intoArray(out, oo + 7 * N);
    s8.intoArray(out, oo + 8 * N);
    s9.intoArray(out, oo + 9 * N);
  }
}
