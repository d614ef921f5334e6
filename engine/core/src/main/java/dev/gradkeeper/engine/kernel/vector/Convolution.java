package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/**
 * Convolutions as matrix products over the lines of a {@link LineLayout}, the rows of a matrix that
 * is never written down. For inputs with dense rows, outputs with dense planes and dense weights.
 */
final class Convolution {
  private Convolution() {}

  static boolean covers(View x, View weight, View out) {
    return weight.isContiguous()
        && (x.stride(3) == 1 || x.size(3) == 1)
        && (out.stride(3) == 1 || out.size(3) == 1)
        && (out.stride(2) == out.size(3) || out.size(2) == 1);
  }

  static void forward(View x, View weight, View bias, View out, Window w, int groups) {
    if (ConvolutionPixels.suits(x, out, w, groups)) {
      forwardPixels(x, weight, bias, out, w, groups);
    } else {
      forwardLines(x, weight, bias, out, w, groups);
    }
  }

  private static void forwardPixels(
      View x, View weight, View bias, View out, Window w, int groups) {
    Scratch scratch = Scratch.get();
    ConvolutionPixels pixels = scratch.pixels;
    pixels.set(x, weight, bias, out, w, groups);
    int channels = out.size(1) / groups;
    int height = out.size(2);
    int plane = height * out.size(3);
    int step = ConvolutionPixels.CHANNELS;
    float[] image = scratch.sums(plane * step);
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        pixels.load(n, g);
        for (int o = 0; o < channels; o += step) {
          for (int row = 0; row < height; row++) {
            pixels.compute(row, o, image, row * pixels.pitch);
          }
          int to = out.offset() + n * out.stride(0) + (g * channels + o) * out.stride(1);
          Transposition.copy(image, 0, step, plane, step, array(out), to, out.stride(1));
        }
      }
    }
  }

  private static void forwardLines(View x, View weight, View bias, View out, Window w, int groups) {
    ConvolutionLines lines = Scratch.get().convolution;
    lines.set(x, weight, bias, out, w, groups, 1);
    int channels = out.size(1) / groups;
    int height = out.size(2);
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        lines.load(n, g);
        for (int top = 0; top < height; top += lines.rows) {
          int count = Math.min(lines.rows, height - top);
          lines.compute(top, count);
          for (int o = 0; o < channels; o++) {
            int to = out.offset() + n * out.stride(0) + (g * channels + o) * out.stride(1);
            Lines.copyRows(
                lines.lines,
                o * lines.stride,
                lines.pitch,
                array(out),
                to + top * out.stride(2),
                out.stride(2),
                count,
                out.size(3));
          }
        }
      }
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
