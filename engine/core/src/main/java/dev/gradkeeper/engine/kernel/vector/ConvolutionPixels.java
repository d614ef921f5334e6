package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/**
 * The results of a convolution, two rows and {@value #CHANNELS} output channels at a time, pixel by
 * pixel. Unlike {@link ConvolutionLines} it computes nothing between two rows, but its results have
 * to be transposed.
 */
final class ConvolutionPixels {
  /** Output channels at a time: one vector. */
  static final int CHANNELS = 16;

  private static final int WIDE = 10;
  private static final int NARROW = 8;

  /** A tile loads as many elements as it multiplies: so much slower is it than tiles of lines. */
  private static final double COST = 1.15;

  private final InputLines input = new InputLines();
  private int width;
  private int tile;
  private PixelTiles.Tile tiles;
  private int group;
  private float[] weights = {};
  private float[] starts = {};

  /** Elements of a row. */
  int pitch;

  /** Whether this is faster than lines. {@code out} has the shape of the convolution's output. */
  static boolean suits(View x, View out, Window w, int groups) {
    int height = out.size(2);
    int width = out.size(3);
    if (Lanes.COUNT != CHANNELS
        || out.size(1) / groups % CHANNELS != 0
        || width < NARROW
        || height < 2) {
      return false;
    }
    int line = Math.ceilDiv(x.size(3) + 2 * w.paddingWidth(), w.strideWidth());
    int lines = Math.ceilDiv((height - 1) * line + width, CHANNELS) * CHANNELS;
    return COST * Math.ceilDiv(height, 2) * 2 * covered(width, tile(width)) < lines;
  }

  private static int tile(int width) {
    return width >= WIDE && covered(width, WIDE) <= covered(width, NARROW) ? WIDE : NARROW;
  }

  private static int covered(int width, int tile) {
    return Math.ceilDiv(width, tile) * tile;
  }

  /** {@code out} has the shape of the convolution's output. */
  void set(View x, View weight, View bias, View out, Window w, int groups) {
    input.set(x, out, w, groups);
    width = out.size(3);
    tile = tile(width);
    tiles = tile == WIDE ? PixelTiles.WIDE : PixelTiles.NARROW;
    pitch = width * CHANNELS;
    int channels = out.size(1);
    int depth = input.layout.depth;
    if (weights.length < channels * depth) {
      weights = new float[channels * depth];
    }
    if (starts.length < channels) {
      starts = new float[channels];
    }
    for (int o = 0; o < channels; o++) {
      starts[o] = bias == null ? 0 : array(bias)[bias.offset() + o * bias.stride(0)];
    }
    for (int o = 0; o < channels; o += CHANNELS) {
      int at = o * depth;
      Transposition.copy(
          array(weight), weight.offset() + at, depth, CHANNELS, depth, weights, at, CHANNELS);
    }
  }

  /** The image that {@link #compute} works on. */
  void load(int n, int g) {
    group = g;
    input.load(n, g);
  }

  /**
   * Computes the channels of the group from {@code channel} on, in row {@code top} and the next:
   * those of column i go to {@code yo + i·}{@value #CHANNELS}, and {@link #pitch} further on.
   */
  void compute(int top, int channel, float[] y, int yo) {
    LineLayout layout = input.layout;
    int first = group * layout.groupOut + channel;
    int upper = input.at + top * layout.width;
    for (int column = 0; ; column = Math.min(column + tile, width - tile)) {
      int at = upper + column;
      tiles.multiply(
          layout.depth,
          input.array,
          at,
          at + layout.width,
          layout.offsets(),
          weights,
          first * layout.depth,
          starts,
          first,
          y,
          yo + column * CHANNELS,
          pitch);
      if (column + tile >= width) {
        return;
      }
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
