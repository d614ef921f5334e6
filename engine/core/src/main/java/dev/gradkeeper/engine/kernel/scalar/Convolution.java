package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/**
 * Two-dimensional cross-correlations and their gradients, for any window and number of groups, line
 * by line over a {@link ConvolutionLayout}, in the orders of {@link Sums}.
 */
final class Convolution {
  private final Arithmetic m;
  private final View x;
  private final View weight;
  private final View out;
  private final Window window;
  private final int groups;
  private final ConvolutionLayout layout = new ConvolutionLayout();

  /** {@code x} is the input or its gradient, {@code out} the output or its gradient. */
  private Convolution(View x, View weight, View out, Window window, int groups) {
    this.m = Arithmetic.of(out.dtype());
    this.x = x;
    this.weight = weight;
    this.out = out;
    this.window = window;
    this.groups = groups;
    layout.set(x, out, window, groups);
  }

  static void forward(View x, View weight, View bias, View out, Window window, int groups) {
    new Convolution(x, weight, out, window, groups).forward(bias);
  }

  static void backwardInput(View weight, View gradOut, View gradX, Window window, int groups) {
    new Convolution(gradX, weight, gradOut, window, groups).backwardInput();
  }

  static void backwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate) {
    new Convolution(x, gradWeight, gradOut, window, groups).backwardWeight(accumulate);
  }

  private void forward(View bias) {
    HeapStorage image = image();
    HeapStorage line = line();
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        moveImage(n, g, image, true);
        for (int o = 0; o < layout.groupOut; o++) {
          int channel = g * layout.groupOut + o;
          fill(line, bias == null ? 0 : element(bias, bias.offset() + channel * bias.stride(0)));
          for (int k = 0; k < layout.depth; k++) {
            double w = element(weight, weightAt(channel, k));
            m.fmaLine(image, layout.offsets()[k], 1, w, line, 0, 1, layout.positions);
          }
          moveLine(n, channel, line, false);
        }
      }
    }
  }

  private void backwardInput() {
    HeapStorage image = image();
    HeapStorage line = line();
    HeapStorage[] gradients = lines();
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        for (int o = 0; o < layout.groupOut; o++) {
          moveLine(n, g * layout.groupOut + o, gradients[o], true);
        }
        fill(image, 0);
        for (int k = 0; k < layout.depth; k++) {
          fill(line, 0);
          for (int o = 0; o < layout.groupOut; o++) {
            double w = element(weight, weightAt(g * layout.groupOut + o, k));
            m.fmaLine(gradients[o], 0, 1, w, line, 0, 1, layout.line);
          }
          m.fmaLine(line, 0, 1, 1, image, layout.offsets()[k], 1, layout.line);
        }
        moveImage(n, g, image, false);
      }
    }
  }

  private void backwardWeight(boolean accumulate) {
    HeapStorage to = (HeapStorage) weight.storage();
    int batch = out.size(0);
    int block = Math.min(Sums.imageBlock(layout), batch);
    HeapStorage[] images = new HeapStorage[block];
    HeapStorage[][] gradients = new HeapStorage[block][];
    for (int i = 0; i < block; i++) {
      images[i] = image();
      gradients[i] = lines();
    }
    double[] sums = new double[layout.groupOut * layout.depth];
    HeapStorage lanes = HeapStorage.allocate(out.dtype(), Sums.DOT_LANES);
    for (int g = 0; g < groups; g++) {
      for (int start = 0; start < batch; start += block) {
        int count = Math.min(block, batch - start);
        for (int i = 0; i < count; i++) {
          moveImage(start + i, g, images[i], true);
          for (int o = 0; o < layout.groupOut; o++) {
            moveLine(start + i, g * layout.groupOut + o, gradients[i][o], true);
          }
        }
        for (int j = 0; j < sums.length; j++) {
          int offset = layout.offsets()[j % layout.depth];
          fill(lanes, 0);
          for (int i = 0; i < count; i++) {
            HeapStorage line = gradients[i][j / layout.depth];
            m.dotLanes(line, 0, images[i], offset, layout.line, lanes);
          }
          double sum = m.fold(lanes);
          sums[j] = start == 0 ? sum : m.add(sums[j], sum);
        }
      }
      for (int j = 0; j < sums.length; j++) {
        int at = weightAt(g * layout.groupOut + j / layout.depth, j % layout.depth);
        to.set(at, accumulate ? m.add(to.get(at), sums[j]) : sums[j]);
      }
    }
  }

  private HeapStorage image() {
    return HeapStorage.allocate(out.dtype(), layout.image);
  }

  private HeapStorage line() {
    return HeapStorage.allocate(out.dtype(), layout.line);
  }

  private HeapStorage[] lines() {
    HeapStorage[] lines = new HeapStorage[layout.groupOut];
    for (int o = 0; o < lines.length; o++) {
      lines[o] = line();
    }
    return lines;
  }

  /** Copies image n of group g of x into the layout, or back. */
  private void moveImage(int n, int g, HeapStorage image, boolean in) {
    HeapStorage planes = (HeapStorage) x.storage();
    for (int c = 0; c < layout.groupIn; c++) {
      int plane = x.offset() + n * x.stride(0) + (g * layout.groupIn + c) * x.stride(1);
      for (int h = 0; h < x.size(2); h++) {
        int row = layout.row(c, h + window.paddingHeight());
        for (int w = 0; w < x.size(3); w++) {
          int laid = row + layout.column(w + window.paddingWidth());
          move(planes, plane + h * x.stride(2) + w * x.stride(3), image, laid, in);
        }
      }
    }
  }

  /** Copies plane (n, o) of out into a line with zeros in its gaps, or back. */
  private void moveLine(int n, int o, HeapStorage line, boolean in) {
    HeapStorage planes = (HeapStorage) out.storage();
    int plane = out.offset() + n * out.stride(0) + o * out.stride(1);
    for (int oh = 0; oh < out.size(2); oh++) {
      for (int ow = 0; ow < out.size(3); ow++) {
        int at = plane + oh * out.stride(2) + ow * out.stride(3);
        move(planes, at, line, oh * layout.width + ow, in);
      }
    }
  }

  private static void move(HeapStorage view, int at, HeapStorage laid, int to, boolean in) {
    if (in) {
      laid.set(to, view.get(at));
    } else {
      view.set(at, laid.get(to));
    }
  }

  private int weightAt(int o, int k) {
    int area = window.kernelHeight() * window.kernelWidth();
    return weight.offset()
        + o * weight.stride(0)
        + k / area * weight.stride(1)
        + k % area / window.kernelWidth() * weight.stride(2)
        + k % window.kernelWidth() * weight.stride(3);
  }

  private static double element(View v, int at) {
    return ((HeapStorage) v.storage()).get(at);
  }

  private static void fill(HeapStorage line, double value) {
    for (int i = 0; i < line.length(); i++) {
      line.set(i, value);
    }
  }
}
