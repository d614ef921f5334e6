package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/**
 * The results of a convolution, image by image and some rows at a time, in lines with gaps: row i
 * of output channel o starts at {@code o·stride + i·pitch} of {@link #lines}.
 */
final class ConvolutionLines {
  private static final int N = Lanes.COUNT;

  /** Elements of the lines at a time: they stay in the first-level cache. */
  private static final int BUDGET = 1 << 12;

  private final InputLines input = new InputLines();
  private final LineLayout layout = input.layout;
  private View weight;
  private int width;
  private int group;

  /** A vector of the bias for each output channel. */
  private float[] starts = {};

  float[] lines = {};

  /** Elements between two rows. */
  int pitch;

  /** Elements between two channels. */
  int stride;

  /** Rows at a time, a multiple of {@link #set}'s {@code step} unless there are fewer. */
  int rows;

  /** {@code out} has the shape of the convolution's output. */
  void set(View x, View weight, View bias, View out, Window w, int groups, int step) {
    this.weight = weight;
    input.set(x, out, w, groups);
    width = out.size(3);
    pitch = layout.width;
    int steps = Math.max(BUDGET / (layout.groupOut * pitch * step), 1);
    rows = Math.min(steps * step, out.size(2));
    stride = Math.ceilDiv(rows * pitch, N) * N;
    if (lines.length < layout.groupOut * stride + 4 * N) {
      lines = new float[layout.groupOut * stride + 4 * N];
    }
    int channels = out.size(1);
    if (starts.length < channels * N) {
      starts = new float[channels * N];
    }
    for (int o = 0; o < channels; o++) {
      float start = bias == null ? 0 : array(bias)[bias.offset() + o * bias.stride(0)];
      Lines.fill(start, starts, o * N, N);
    }
  }

  /** The image that {@link #compute} works on. */
  void load(int n, int g) {
    group = g;
    input.load(n, g);
  }

  /** Computes {@code count} rows from row {@code top} on. */
  void compute(int top, int count) {
    int positions = (count - 1) * pitch + width;
    int rounded = Math.ceilDiv(positions, N) * N;
    int channel = group * layout.groupOut;
    Products.sequential(
        layout.groupOut,
        rounded,
        layout.depth,
        array(weight),
        weight.offset() + channel * layout.depth,
        layout.depth,
        1,
        input.array,
        input.at + top * pitch,
        layout.offsets(),
        lines,
        0,
        stride,
        starts,
        channel * N,
        N,
        0);
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
