package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/** Maximum and mean over windows, and their gradients. */
final class Pooling {
  private Pooling() {}

  static void max(View x, View out, View indices, Window w) {
    HeapStorage in = (HeapStorage) x.storage();
    HeapStorage to = (HeapStorage) out.storage();
    HeapStorage positions = (HeapStorage) indices.storage();
    for (int n = 0; n < out.size(0); n++) {
      for (int c = 0; c < out.size(1); c++) {
        int plane = at(x, n, c, 0, 0);
        for (int oh = 0; oh < out.size(2); oh++) {
          int top = oh * w.strideHeight() - w.paddingHeight();
          for (int ow = 0; ow < out.size(3); ow++) {
            int left = ow * w.strideWidth() - w.paddingWidth();
            int best = -1;
            double max = Double.NEGATIVE_INFINITY;
            for (int kh = 0; kh < w.kernelHeight(); kh++) {
              int h = top + kh * w.dilationHeight();
              if (h < 0 || h >= x.size(2)) {
                continue;
              }
              for (int kw = 0; kw < w.kernelWidth(); kw++) {
                int column = left + kw * w.dilationWidth();
                if (column < 0 || column >= x.size(3)) {
                  continue;
                }
                double value = in.get(plane + h * x.stride(2) + column * x.stride(3));
                if (best < 0 || value > max || value != value) {
                  max = value;
                  best = h * x.size(3) + column;
                }
              }
            }
            to.set(at(out, n, c, oh, ow), max);
            positions.set(at(indices, n, c, oh, ow), best);
          }
        }
      }
    }
  }

  static void maxBackward(View gradOut, View indices, View gradX) {
    Arithmetic m = Arithmetic.of(gradX.dtype());
    HeapStorage from = (HeapStorage) gradOut.storage();
    HeapStorage positions = (HeapStorage) indices.storage();
    HeapStorage to = (HeapStorage) gradX.storage();
    Elementwise.fill(gradX, 0);
    int width = gradX.size(3);
    for (int n = 0; n < gradOut.size(0); n++) {
      for (int c = 0; c < gradOut.size(1); c++) {
        for (int oh = 0; oh < gradOut.size(2); oh++) {
          for (int ow = 0; ow < gradOut.size(3); ow++) {
            int position = (int) positions.get(at(indices, n, c, oh, ow));
            int i = at(gradX, n, c, position / width, position % width);
            to.set(i, m.add(to.get(i), from.get(at(gradOut, n, c, oh, ow))));
          }
        }
      }
    }
  }

  static void average(View x, View out, Window w) {
    Arithmetic m = Arithmetic.of(out.dtype());
    HeapStorage in = (HeapStorage) x.storage();
    HeapStorage to = (HeapStorage) out.storage();
    double area = w.kernelHeight() * w.kernelWidth();
    for (int n = 0; n < out.size(0); n++) {
      for (int c = 0; c < out.size(1); c++) {
        for (int oh = 0; oh < out.size(2); oh++) {
          for (int ow = 0; ow < out.size(3); ow++) {
            int top = oh * w.strideHeight() - w.paddingHeight();
            int left = ow * w.strideWidth() - w.paddingWidth();
            double sum = 0;
            for (int h = Math.max(top, 0); h < bottom(top, w, x); h++) {
              for (int column = Math.max(left, 0); column < right(left, w, x); column++) {
                sum = m.add(sum, in.get(at(x, n, c, h, column)));
              }
            }
            to.set(at(out, n, c, oh, ow), m.div(sum, area));
          }
        }
      }
    }
  }

  static void averageBackward(View gradOut, View gradX, Window w) {
    Arithmetic m = Arithmetic.of(gradX.dtype());
    HeapStorage from = (HeapStorage) gradOut.storage();
    HeapStorage to = (HeapStorage) gradX.storage();
    double area = w.kernelHeight() * w.kernelWidth();
    Elementwise.fill(gradX, 0);
    for (int n = 0; n < gradOut.size(0); n++) {
      for (int c = 0; c < gradOut.size(1); c++) {
        for (int oh = 0; oh < gradOut.size(2); oh++) {
          for (int ow = 0; ow < gradOut.size(3); ow++) {
            int top = oh * w.strideHeight() - w.paddingHeight();
            int left = ow * w.strideWidth() - w.paddingWidth();
            double share = m.div(from.get(at(gradOut, n, c, oh, ow)), area);
            for (int h = Math.max(top, 0); h < bottom(top, w, gradX); h++) {
              for (int column = Math.max(left, 0); column < right(left, w, gradX); column++) {
                int i = at(gradX, n, c, h, column);
                to.set(i, m.add(to.get(i), share));
              }
            }
          }
        }
      }
    }
  }

  private static int bottom(int top, Window w, View x) {
    return Math.min(top + w.kernelHeight(), x.size(2));
  }

  private static int right(int left, Window w, View x) {
    return Math.min(left + w.kernelWidth(), x.size(3));
  }

  private static int at(View v, int i, int j, int k, int l) {
    return v.offset() + i * v.stride(0) + j * v.stride(1) + k * v.stride(2) + l * v.stride(3);
  }
}
