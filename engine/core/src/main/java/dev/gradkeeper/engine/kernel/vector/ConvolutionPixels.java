package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/**
 * The results of a convolution, a row and {@value #CHANNELS} output channels at a time, pixel by
 * pixel. Unlike {@link ConvolutionLines} it computes nothing between two rows, but its results have
 * to be transposed.
 */
final class ConvolutionPixels {
  /** Output channels at a time: one vector. */
  static final int CHANNELS = 16;

  private static final int WIDE = 10;
  private static final int NARROW = 8;

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
        || w.strideWidth() != 1
        || w.dilationWidth() != 1
        || PixelTiles.of(w.kernelWidth(), NARROW) == null) {
      return false;
    }
    int line = x.size(3) + 2 * w.paddingWidth();
    int lines = Math.ceilDiv((height - 1) * line + width, CHANNELS) * CHANNELS;
    return height * covered(width, tile(width)) < lines;
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
    tiles = PixelTiles.of(w.kernelWidth(), tile);
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
   * Computes the channels of the group from {@code channel} on, in {@code row}: those of column i
   * go to {@code yo + i·}{@value #CHANNELS}.
   */
  void compute(int row, int channel, float[] y, int yo) {
    LineLayout layout = input.layout;
    int first = group * layout.groupOut + channel;
    int at = input.at + row * layout.width;
    for (int column = 0; ; column = Math.min(column + tile, width - tile)) {
      tiles.multiply(
          layout.depth,
          input.array,
          at + column,
          layout.offsets(),
          weights,
          first * layout.depth,
          starts,
          first,
          y,
          yo + column * CHANNELS);
      if (column + tile >= width) {
        return;
      }
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
