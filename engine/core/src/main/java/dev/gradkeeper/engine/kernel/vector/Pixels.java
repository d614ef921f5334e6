package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Makes pixels, whose channels lie together, of planes, and planes of pixels: {@link #N} pixels at
 * a time are as many vectors as channels before and after. Each vector is made from the first one
 * by taking over the elements of the next, source by source.
 */
final class Pixels {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Integer> I = Lanes.INTS;
  private static final int N = Lanes.COUNT;

  /** With more channels, element by element is faster. */
  private static final int FEW = 8;

  private final int channels;

  /** What the lanes of vector v take over from source s, at (v·(channels - 1) + s - 1)·N. */
  private final int[] toPixels;

  private final int[] toPlanes;

  Pixels(int channels) {
    this.channels = channels;
    int lanes = channels <= FEW ? channels * (channels - 1) * N : 0;
    toPixels = new int[lanes];
    toPlanes = new int[lanes];
    for (int at = 0; at < lanes; at++) {
      int lane = at % N;
      int source = at / N % (channels - 1) + 1;
      int vector = at / N / (channels - 1);
      int element = vector * N + lane;
      toPixels[at] = takeOver(source, element % channels, element / channels, lane);
      element = lane * channels + vector;
      toPlanes[at] = takeOver(source, element / N, element % N, lane);
    }
  }

  /** The index, into what is there and the source, for a lane that wants one lane of an owner. */
  private static int takeOver(int source, int owner, int wanted, int lane) {
    if (owner == source) {
      return N + wanted;
    }
    return source == 1 && owner == 0 ? wanted : lane;
  }

  /** n pixels from planes that are {@code stride} apart. */
  void interleave(float[] planes, int from, int stride, int n, float[] pixels, int to) {
    int done = channels <= FEW ? n & -N : 0;
    gather(planes, from, stride, N, done, toPixels, pixels, to, N, channels * N);
    for (int c = 0; c < channels; c++) {
      for (int i = done; i < n; i++) {
        pixels[to + i * channels + c] = planes[from + c * stride + i];
      }
    }
  }

  /** The reverse of {@link #interleave}. */
  void separate(float[] pixels, int from, float[] planes, int to, int stride, int n) {
    int done = channels <= FEW ? n & -N : 0;
    gather(pixels, from, N, channels * N, done, toPlanes, planes, to, stride, N);
    for (int c = 0; c < channels; c++) {
      for (int i = done; i < n; i++) {
        planes[to + c * stride + i] = pixels[from + i * channels + c];
      }
    }
  }

  /**
   * Few sources are loaded once and stay in registers: a loop over six takes twice as long. Without
   * {@link Lanes#bits}: C2 did not inline all of so many calls, and boxed their vectors.
   *
   * @param xs from one source to the next
   * @param xStep from the sources of N pixels to those of the next N
   * @param ys from one vector that is made to the next
   * @param yStep from those of N pixels to those of the next N
   */
  private void gather(
      float[] x,
      int xo,
      int xs,
      int xStep,
      int n,
      int[] index,
      float[] y,
      int yo,
      int ys,
      int yStep) {
    switch (channels) {
      case 3 -> gather3(x, xo, xs, xStep, n, index, y, yo, ys, yStep);
      case 6 -> gather6(x, xo, xs, xStep, n, index, y, yo, ys, yStep);
      default -> gatherAny(channels, x, xo, xs, xStep, n, index, y, yo, ys, yStep);
    }
  }

  private static void gatherAny(
      int channels,
      float[] x,
      int xo,
      int xs,
      int xStep,
      int n,
      int[] index,
      float[] y,
      int yo,
      int ys,
      int yStep) {
    for (int i = 0; i < n; i += N) {
      int at = 0;
      for (int v = 0; v < channels; v++) {
        IntVector made = FloatVector.fromArray(F, x, xo).reinterpretAsInts();
        for (int s = 1; s < channels; s++) {
          made =
              IntVector.fromArray(I, index, at)
                  .selectFrom(made, FloatVector.fromArray(F, x, xo + s * xs).reinterpretAsInts());
          at += N;
        }
        made.reinterpretAsFloats().intoArray(y, yo + v * ys);
      }
      xo += xStep;
      yo += yStep;
    }
  }

  private static void gather3(
      float[] x,
      int xo,
      int xs,
      int xStep,
      int n,
      int[] index,
      float[] y,
      int yo,
      int ys,
      int yStep) {
    for (int i = 0; i < n; i += N) {
      IntVector a = FloatVector.fromArray(F, x, xo).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(F, x, xo + xs).reinterpretAsInts();
      IntVector c = FloatVector.fromArray(F, x, xo + 2 * xs).reinterpretAsInts();
      for (int v = 0; v < 3; v++) {
        IntVector made = IntVector.fromArray(I, index, 2 * v * N).selectFrom(a, b);
        made = IntVector.fromArray(I, index, (2 * v + 1) * N).selectFrom(made, c);
        made.reinterpretAsFloats().intoArray(y, yo + v * ys);
      }
      xo += xStep;
      yo += yStep;
    }
  }

  private static void gather6(
      float[] x,
      int xo,
      int xs,
      int xStep,
      int n,
      int[] index,
      float[] y,
      int yo,
      int ys,
      int yStep) {
    for (int i = 0; i < n; i += N) {
      IntVector a = FloatVector.fromArray(F, x, xo).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(F, x, xo + xs).reinterpretAsInts();
      IntVector c = FloatVector.fromArray(F, x, xo + 2 * xs).reinterpretAsInts();
      IntVector d = FloatVector.fromArray(F, x, xo + 3 * xs).reinterpretAsInts();
      IntVector e = FloatVector.fromArray(F, x, xo + 4 * xs).reinterpretAsInts();
      IntVector f = FloatVector.fromArray(F, x, xo + 5 * xs).reinterpretAsInts();
      for (int v = 0; v < 6; v++) {
        int at = 5 * v * N;
        IntVector made = IntVector.fromArray(I, index, at).selectFrom(a, b);
        made = IntVector.fromArray(I, index, at + N).selectFrom(made, c);
        made = IntVector.fromArray(I, index, at + 2 * N).selectFrom(made, d);
        made = IntVector.fromArray(I, index, at + 3 * N).selectFrom(made, e);
        made = IntVector.fromArray(I, index, at + 4 * N).selectFrom(made, f);
        made.reinterpretAsFloats().intoArray(y, yo + v * ys);
      }
      xo += xStep;
      yo += yStep;
    }
  }
}
