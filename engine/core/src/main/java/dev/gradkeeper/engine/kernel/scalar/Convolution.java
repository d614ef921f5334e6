package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/**
 * Two-dimensional cross-correlations and their gradients, for any window and number of groups, in
 * the orders of {@link Sums}.
 */
final class Convolution {
  private final Arithmetic m;
  private final View x;
  private final View weight;
  private final View out;
  private final Window window;
  private final int groupIn;
  private final int groupOut;

  /** {@code x} is the input or its gradient, {@code out} the output or its gradient. */
  private Convolution(View x, View weight, View out, Window window, int groups) {
    this.m = Arithmetic.of(out.dtype());
    this.x = x;
    this.weight = weight;
    this.out = out;
    this.window = window;
    this.groupIn = x.size(1) / groups;
    this.groupOut = out.size(1) / groups;
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
    HeapStorage in = (HeapStorage) x.storage();
    HeapStorage to = (HeapStorage) out.storage();
    HeapStorage zeros = HeapStorage.allocate(out.dtype(), 1);
    int width = out.size(3);
    for (int n = 0; n < out.size(0); n++) {
      for (int o = 0; o < out.size(1); o++) {
        double start =
            bias == null
                ? 0
                : ((HeapStorage) bias.storage()).get(bias.offset() + o * bias.stride(0));
        for (int oh = 0; oh < out.size(2); oh++) {
          int row = at(out, n, o, oh, 0);
          for (int ow = 0; ow < width; ow++) {
            to.set(row + ow * out.stride(3), start);
          }
          for (int c = 0; c < groupIn; c++) {
            for (int kh = 0; kh < window.kernelHeight(); kh++) {
              int h = inputRow(oh, kh);
              for (int kw = 0; kw < window.kernelWidth(); kw++) {
                double w = value(weight, o, c, kh, kw);
                int first = h < 0 ? width : firstInside(kw, width);
                int last = h < 0 ? width : Math.max(first, lastInside(kw, width));
                m.fmaLine(zeros, 0, 0, w, to, row, out.stride(3), first);
                if (first < last) {
                  int from = at(x, n, o / groupOut * groupIn + c, h, inputColumn(first, kw));
                  m.fmaLine(
                      in,
                      from,
                      x.stride(3) * window.strideWidth(),
                      w,
                      to,
                      row + first * out.stride(3),
                      out.stride(3),
                      last - first);
                }
                int tail = row + last * out.stride(3);
                m.fmaLine(zeros, 0, 0, w, to, tail, out.stride(3), width - last);
              }
            }
          }
        }
      }
    }
  }

  private void backwardInput() {
    HeapStorage to = (HeapStorage) x.storage();
    HeapStorage gradients = (HeapStorage) out.storage();
    int width = out.size(3);
    HeapStorage line = HeapStorage.allocate(out.dtype(), width);
    Elementwise.fill(x, 0);
    for (int n = 0; n < x.size(0); n++) {
      for (int c = 0; c < x.size(1); c++) {
        int group = c / groupIn;
        for (int kh = 0; kh < window.kernelHeight(); kh++) {
          for (int kw = 0; kw < window.kernelWidth(); kw++) {
            int first = firstInside(kw, width);
            int last = lastInside(kw, width);
            for (int oh = 0; oh < out.size(2); oh++) {
              int h = inputRow(oh, kh);
              if (h < 0) {
                continue;
              }
              for (int ow = 0; ow < width; ow++) {
                line.set(ow, 0);
              }
              for (int o = group * groupOut; o < (group + 1) * groupOut; o++) {
                double w = value(weight, o, c - group * groupIn, kh, kw);
                m.fmaLine(gradients, at(out, n, o, oh, 0), out.stride(3), w, line, 0, 1, width);
              }
              for (int ow = first; ow < last; ow++) {
                int i = at(x, n, c, h, inputColumn(ow, kw));
                to.set(i, m.add(to.get(i), line.get(ow)));
              }
            }
          }
        }
      }
    }
  }

  private void backwardWeight(boolean accumulate) {
    HeapStorage to = (HeapStorage) weight.storage();
    int plane = out.size(2) * out.size(3);
    int depth = groupIn * window.kernelHeight() * window.kernelWidth();
    int block = Sums.positionBlock(depth);
    int outputs = out.size(1);
    HeapStorage sums = HeapStorage.allocate(out.dtype(), outputs * depth);
    HeapStorage gradients = HeapStorage.allocate(out.dtype(), outputs * block);
    HeapStorage unfolded = HeapStorage.allocate(out.dtype(), block);
    int positions = out.size(0) * plane;
    for (int start = 0; start < positions; start += block) {
      int count = Math.min(block, positions - start);
      for (int o = 0; o < outputs; o++) {
        for (int q = 0; q < count; q++) {
          int p = (start + q) % plane;
          double g = value(out, (start + q) / plane, o, p / out.size(3), p % out.size(3));
          gradients.set(o * block + q, g);
        }
      }
      for (int c = 0; c < x.size(1); c++) {
        int group = c / groupIn;
        for (int kh = 0; kh < window.kernelHeight(); kh++) {
          for (int kw = 0; kw < window.kernelWidth(); kw++) {
            unfold(unfolded, start, count, plane, c, kh, kw);
            int k =
                ((c - group * groupIn) * window.kernelHeight() + kh) * window.kernelWidth() + kw;
            for (int o = group * groupOut; o < (group + 1) * groupOut; o++) {
              double sum = m.dot(gradients, o * block, unfolded, 0, count);
              int i = o * depth + k;
              sums.set(i, start == 0 ? sum : m.add(sums.get(i), sum));
            }
          }
        }
      }
    }
    for (int o = 0; o < outputs; o++) {
      for (int k = 0; k < depth; k++) {
        int area = window.kernelHeight() * window.kernelWidth();
        int kw = k % window.kernelWidth();
        int i = at(weight, o, k / area, k % area / window.kernelWidth(), kw);
        double sum = sums.get(o * depth + k);
        to.set(i, accumulate ? m.add(to.get(i), sum) : sum);
      }
    }
  }

  /** The input under kernel element (c, kh, kw) for {@code count} output positions. */
  private void unfold(HeapStorage line, int start, int count, int plane, int c, int kh, int kw) {
    for (int q = 0; q < count; q++) {
      int p = (start + q) % plane;
      int h = inputRow(p / out.size(3), kh);
      int w = inputColumn(p % out.size(3), kw);
      boolean inside = h >= 0 && w >= 0 && w < x.size(3);
      line.set(q, inside ? value(x, (start + q) / plane, c, h, w) : 0);
    }
  }

  /** The input's row under row {@code kh} of the kernel, or -1 in the padding. */
  private int inputRow(int oh, int kh) {
    int h = oh * window.strideHeight() + kh * window.dilationHeight() - window.paddingHeight();
    return h < x.size(2) ? Math.max(h, -1) : -1;
  }

  private int inputColumn(int ow, int kw) {
    return ow * window.strideWidth() + kw * window.dilationWidth() - window.paddingWidth();
  }

  /** The first output column whose input under {@code kw} is not left of the image. */
  private int firstInside(int kw, int width) {
    return Math.clamp(Math.ceilDiv(-inputColumn(0, kw), window.strideWidth()), 0, width);
  }

  /** One past the last output column whose input under {@code kw} is in the image. */
  private int lastInside(int kw, int width) {
    return Math.clamp(
        Math.floorDiv(x.size(3) - 1 - inputColumn(0, kw), window.strideWidth()) + 1, 0, width);
  }

  private static double value(View v, int i, int j, int k, int l) {
    return ((HeapStorage) v.storage()).get(at(v, i, j, k, l));
  }

  private static int at(View v, int i, int j, int k, int l) {
    return v.offset() + i * v.stride(0) + j * v.stride(1) + k * v.stride(2) + l * v.stride(3);
  }
}
