package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/**
 * Two-dimensional cross-correlations and their gradients, for any window and number of groups, over
 * a {@link ConvolutionLayout}, in the orders of {@link Sums}.
 */
final class Convolution {
  private final Arithmetic m;
  private final View x;
  private final View weight;
  private final View out;
  private final Window window;
  private final int groups;
  private final ConvolutionLayout layout = new ConvolutionLayout();
  private final HeapStorage image;

  /** {@code x} is the input or its gradient, {@code out} the output or its gradient. */
  private Convolution(View x, View weight, View out, Window window, int groups) {
    this.m = Arithmetic.of(out.dtype());
    this.x = x;
    this.weight = weight;
    this.out = out;
    this.window = window;
    this.groups = groups;
    layout.set(x, out, window, groups);
    image = HeapStorage.allocate(out.dtype(), layout.image);
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
    int width = out.size(3);
    int step = layout.corner(0, 1);
    HeapStorage line = HeapStorage.allocate(out.dtype(), width);
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        moveImage(n, g, true);
        for (int o = g * layout.groupOut; o < (g + 1) * layout.groupOut; o++) {
          double start = bias == null ? 0 : element(bias, bias.offset() + o * bias.stride(0));
          for (int oh = 0; oh < out.size(2); oh++) {
            fill(line, start);
            for (int c = 0; c < layout.groupIn; c++) {
              for (int k = c; k < layout.depth; k += layout.groupIn) {
                int from = layout.corner(oh, 0) + below(k);
                m.fmaLine(image, from, step, element(weight, at(o, k)), line, 0, 1, width);
              }
            }
            for (int ow = 0; ow < width; ow++) {
              ((HeapStorage) out.storage()).set(position(n, o, oh, ow), line.get(ow));
            }
          }
        }
      }
    }
  }

  private void backwardInput() {
    HeapStorage sums = HeapStorage.allocate(out.dtype(), layout.depth);
    for (int g = 0; g < groups; g++) {
      HeapStorage weights = weights(g);
      for (int n = 0; n < out.size(0); n++) {
        fill(image, 0);
        for (int p = 0; p < layout.positions; p++) {
          fill(sums, 0);
          for (int o = 0; o < layout.groupOut; o++) {
            double gradient = gradient(n, g * layout.groupOut + o, p);
            m.fmaLine(weights, o * layout.depth, 1, gradient, sums, 0, 1, layout.depth);
          }
          for (int s = 0; s < layout.segments; s++) {
            int to = layout.corners()[p] + layout.offsets()[s];
            m.fmaLine(sums, s * layout.segment, 1, 1, image, to, 1, layout.segment);
          }
        }
        moveImage(n, g, false);
      }
    }
  }

  private void backwardWeight(boolean accumulate) {
    HeapStorage to = (HeapStorage) weight.storage();
    int count = layout.groupOut * layout.depth;
    HeapStorage sums = HeapStorage.allocate(out.dtype(), count);
    HeapStorage total = HeapStorage.allocate(out.dtype(), count);
    for (int g = 0; g < groups; g++) {
      fill(total, 0);
      for (int n = 0; n < out.size(0); n++) {
        moveImage(n, g, true);
        fill(sums, 0);
        for (int o = 0; o < layout.groupOut; o++) {
          for (int p = 0; p < layout.positions; p++) {
            double gradient = gradient(n, g * layout.groupOut + o, p);
            for (int s = 0; s < layout.segments; s++) {
              int from = layout.corners()[p] + layout.offsets()[s];
              int sum = o * layout.depth + s * layout.segment;
              m.fmaLine(image, from, 1, gradient, sums, sum, 1, layout.segment);
            }
          }
        }
        m.fmaLine(sums, 0, 1, 1, total, 0, 1, count);
      }
      for (int j = 0; j < count; j++) {
        int at = at(g * layout.groupOut + j / layout.depth, j % layout.depth);
        to.set(at, accumulate ? m.add(to.get(at), total.get(j)) : total.get(j));
      }
    }
  }

  /** Copies image n of group g of x into the layout, or back. */
  private void moveImage(int n, int g, boolean in) {
    HeapStorage planes = (HeapStorage) x.storage();
    for (int c = 0; c < layout.groupIn; c++) {
      int plane = x.offset() + n * x.stride(0) + (g * layout.groupIn + c) * x.stride(1);
      for (int h = 0; h < x.size(2); h++) {
        for (int w = 0; w < x.size(3); w++) {
          int at = plane + h * x.stride(2) + w * x.stride(3);
          int laid = layout.pixel(h, w) + c;
          if (in) {
            image.set(laid, planes.get(at));
          } else {
            planes.set(at, image.get(laid));
          }
        }
      }
    }
  }

  /** The weights of group g, in the order of the layout. */
  private HeapStorage weights(int g) {
    HeapStorage weights = HeapStorage.allocate(out.dtype(), layout.groupOut * layout.depth);
    for (int j = 0; j < weights.length(); j++) {
      int o = g * layout.groupOut + j / layout.depth;
      weights.set(j, element(weight, at(o, j % layout.depth)));
    }
    return weights;
  }

  /** Where element k of the layout's window lies from its corner. */
  private int below(int k) {
    return layout.offsets()[k / layout.segment] + k % layout.segment;
  }

  /** The gradient of output channel o at position p of the layout's order. */
  private double gradient(int n, int o, int p) {
    int place = layout.places()[p];
    return element(out, position(n, o, place / out.size(3), place % out.size(3)));
  }

  private int position(int n, int o, int oh, int ow) {
    return out.offset()
        + n * out.stride(0)
        + o * out.stride(1)
        + oh * out.stride(2)
        + ow * out.stride(3);
  }

  /** Where element k of the layout's window lies in the weight of output channel o. */
  private int at(int o, int k) {
    int pixel = k / layout.groupIn;
    return weight.offset()
        + o * weight.stride(0)
        + k % layout.groupIn * weight.stride(1)
        + pixel / window.kernelWidth() * weight.stride(2)
        + pixel % window.kernelWidth() * weight.stride(3);
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
