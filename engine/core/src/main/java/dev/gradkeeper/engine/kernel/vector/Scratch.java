package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.scalar.Sums.DOT_LANES;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.scalar.StridedLoop;

/**
 * Buffers of one thread, kept from call to call so that kernels allocate nothing in steady state.
 * Each grows to the largest size asked for and has one vector more, so that copies may run over the
 * end of a line.
 */
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** The lanes of one {@link DotTiles} tile. */
  final float[] lanes = new float[24 * DOT_LANES];

  /** A block half-way to its transpose. */
  final float[] block = new float[Transposition.BLOCK * Transposition.BLOCK];

  final StridedLoop loop = new StridedLoop();

  final ConvolutionLines convolution = new ConvolutionLines();
  final ConvolutionPixels pixels = new ConvolutionPixels();
  final Nonzeros nonzeros = new Nonzeros();
  final Nonzeros transposed = new Nonzeros();

  private float[] images = {};
  private float[] lines = {};
  private float[] sums = {};
  private float[] totals = {};
  private float[] gradient = {};
  private float[] turned = {};
  private float[] edge = {};
  private float[] columns = {};
  private int[] columnStarts = {};
  private int[] multiples = {};

  /** Those asked for last: a model's convolutions take turns in every step. */
  private final Windows[] windows = new Windows[8];

  private int oldest;

  private Scratch() {}

  static Scratch get() {
    return OF_THREAD.get();
  }

  /** The calling thread's next call begins with empty ones. */
  static void release() {
    OF_THREAD.remove();
  }

  Windows windows(View x, View out, Window w, int groups) {
    for (Windows made : windows) {
      if (made != null && made.isOf(x, out, w, groups)) {
        return made;
      }
    }
    Windows made = new Windows(x, out, w, groups);
    windows[oldest] = made;
    oldest = (oldest + 1) % windows.length;
    return made;
  }

  /** Inputs of a convolution, or a packed panel of a matrix. */
  float[] images(int length) {
    return images = grown(images, length);
  }

  float[] lines(int length) {
    return lines = grown(lines, length);
  }

  float[] sums(int length) {
    return sums = grown(sums, length);
  }

  /** The sums of a convolution's weight gradient. */
  float[] totals(int length) {
    return totals = grown(totals, length);
  }

  /** The gradient of an image. */
  float[] gradient(int length) {
    return gradient = grown(gradient, length);
  }

  /** The transpose of a product. */
  float[] turned(int length) {
    return turned = grown(turned, length);
  }

  /** One vector of each row of a product. */
  float[] edge(int length) {
    return edge = grown(edge, length);
  }

  /** One vector of each row of a matrix. */
  float[] columns(int length) {
    return columns = grown(columns, length);
  }

  /** Where the rows of {@link #columns} start: {@code count} of them. */
  int[] columnStarts(int count) {
    if (columnStarts.length < count) {
      columnStarts = new int[count];
      for (int i = 0; i < count; i++) {
        columnStarts[i] = i * Lanes.COUNT;
      }
    }
    return columnStarts;
  }

  /** 0, stride, 2·stride, …: {@code count} of them. */
  int[] multiples(int count, int stride) {
    if (multiples.length < count) {
      multiples = new int[count];
    }
    for (int i = 0; i < count; i++) {
      multiples[i] = i * stride;
    }
    return multiples;
  }

  private static float[] grown(float[] buffer, int length) {
    return buffer.length < length ? new float[length] : buffer;
  }
}
