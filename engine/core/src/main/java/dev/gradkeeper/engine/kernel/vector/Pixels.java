package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Makes pixels, whose channels lie together, of planes, and planes of pixels. */
final class Pixels {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  /** With more channels, element by element is faster. */
  private static final int FEW = 8;

  private int channels;

  /** For element e of {@link #N} pixels its pixel and its channel. */
  private final float[] pixel = new float[FEW * N];

  private final float[] channel = new float[FEW * N];

  /** For pixel l of channel c, at c·N + l, the lane and the number of its vector. */
  private final float[] lane = new float[FEW * N];

  private final float[] vector = new float[FEW * N];

  void set(int channels) {
    if (channels == this.channels) {
      return;
    }
    this.channels = channels;
    for (int e = 0; channels <= FEW && e < channels * N; e++) {
      pixel[e] = e / channels;
      channel[e] = e % channels;
      int element = e % N * channels + e / N;
      lane[e] = element % N;
      vector[e] = element / N;
    }
  }

  /** n pixels from planes that are {@code stride} apart. */
  void interleave(float[] planes, int from, int stride, int n, float[] pixels, int to) {
    int done = channels <= FEW ? n & -N : 0;
    if (done > 0) {
      interleave(planes, from, stride, channels, done, pixel, channel, pixels, to);
    }
    for (int c = 0; c < channels; c++) {
      for (int i = done; i < n; i++) {
        pixels[to + i * channels + c] = planes[from + c * stride + i];
      }
    }
  }

  /** The reverse of {@link #interleave}. */
  void separate(float[] pixels, int from, float[] planes, int to, int stride, int n) {
    int done = channels <= FEW ? n & -N : 0;
    if (done > 0) {
      separate(pixels, from, channels, done, lane, vector, planes, to, stride);
    }
    for (int c = 0; c < channels; c++) {
      for (int i = done; i < n; i++) {
        planes[to + c * stride + i] = pixels[from + i * channels + c];
      }
    }
  }

  private static void interleave(
      float[] planes,
      int from,
      int stride,
      int channels,
      int n,
      float[] pixel,
      float[] channel,
      float[] pixels,
      int to) {
    for (int i = 0; i < n; i += N) {
      for (int v = 0; v < channels; v++) {
        FloatVector index = FloatVector.fromArray(F, pixel, v * N);
        FloatVector owner = FloatVector.fromArray(F, channel, v * N);
        FloatVector sum = FloatVector.zero(F);
        for (int c = 0; c < channels; c++) {
          FloatVector plane = FloatVector.fromArray(F, planes, from + c * stride + i);
          sum = sum.blend(index.selectFrom(plane), owner.compare(VectorOperators.EQ, (float) c));
        }
        sum.intoArray(pixels, to + i * channels + v * N);
      }
    }
  }

  private static void separate(
      float[] pixels,
      int from,
      int channels,
      int n,
      float[] lane,
      float[] vector,
      float[] planes,
      int to,
      int stride) {
    for (int i = 0; i < n; i += N) {
      for (int c = 0; c < channels; c++) {
        FloatVector index = FloatVector.fromArray(F, lane, c * N);
        FloatVector owner = FloatVector.fromArray(F, vector, c * N);
        FloatVector sum = FloatVector.zero(F);
        for (int v = 0; v < channels; v++) {
          FloatVector part = FloatVector.fromArray(F, pixels, from + i * channels + v * N);
          sum = sum.blend(index.selectFrom(part), owner.compare(VectorOperators.EQ, (float) v));
        }
        sum.intoArray(planes, to + c * stride + i);
      }
    }
  }
}
