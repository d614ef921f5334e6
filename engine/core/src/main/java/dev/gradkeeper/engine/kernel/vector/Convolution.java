package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout;
import dev.gradkeeper.engine.kernel.scalar.Sums;

/**
 * Convolutions as products over a {@link ConvolutionLayout}: its lines are the rows of a matrix
 * that is never written down. For inputs and outputs with dense rows and dense weights.
 */
final class Convolution {
  /** Elements of the output's lines at a time. */
  private static final int LINES = 1 << 14;

  private Convolution() {}

  static boolean covers(View x, View weight, View out) {
    return weight.isContiguous()
        && (x.stride(3) == 1 || x.size(3) == 1)
        && (out.stride(3) == 1 || out.size(3) == 1);
  }

  static void forward(View x, View weight, View bias, View out, Window w, int groups) {
    Scratch scratch = Scratch.get();
    ConvolutionLayout layout = scratch.layout;
    layout.set(x, out, w, groups);
    int width = out.size(3);
    int height = out.size(2);
    int rows = Math.clamp(LINES / (layout.groupOut * layout.width), 1, height);
    int stride = rows * layout.width;
    float[] image = scratch.images(layout.image);
    float[] lines = scratch.lines(layout.groupOut * stride);
    float[] to = array(out);
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        Images.load(x, n, g, w, layout, image, 0);
        int planes = out.offset() + n * out.stride(0) + g * layout.groupOut * out.stride(1);
        for (int top = 0; top < height; top += rows) {
          int count = Math.min(rows, height - top);
          int positions = (count - 1) * layout.width + width;
          for (int o = 0; o < layout.groupOut; o++) {
            int channel = g * layout.groupOut + o;
            float start = bias == null ? 0 : array(bias)[bias.offset() + channel * bias.stride(0)];
            Lines.fill(start, lines, o * stride, positions);
          }
          Products.sequential(
              layout.groupOut,
              positions,
              layout.depth,
              array(weight),
              weight.offset() + g * layout.groupOut * layout.depth,
              layout.depth,
              1,
              image,
              top * layout.width,
              layout.offsets(),
              lines,
              0,
              stride,
              true);
          for (int o = 0; o < layout.groupOut; o++) {
            int plane = planes + o * out.stride(1) + top * out.stride(2);
            for (int i = 0; i < count; i++) {
              int line = o * stride + i * layout.width;
              Lines.copy(lines, line, to, plane + i * out.stride(2), width);
            }
          }
        }
      }
    }
  }

  static void backwardInput(View weight, View gradOut, View gradX, Window w, int groups) {
    Scratch scratch = Scratch.get();
    ConvolutionLayout layout = scratch.layout;
    layout.set(gradX, gradOut, w, groups);
    int area = w.kernelHeight() * w.kernelWidth();
    int block = Math.clamp(LINES / (area * layout.line), 1, layout.groupIn);
    float[] image = scratch.images(layout.image);
    float[] lines = scratch.lines(layout.groupOut * layout.line);
    float[] sums = scratch.sums(block * area * layout.line);
    int[] rows = scratch.multiples(layout.groupOut, layout.line);
    for (int n = 0; n < gradX.size(0); n++) {
      for (int g = 0; g < groups; g++) {
        Images.loadLines(gradOut, n, g, layout, lines, 0);
        Lines.fill(0, image, 0, layout.image);
        for (int c = 0; c < layout.groupIn; c += block) {
          int elements = Math.min(block, layout.groupIn - c) * area;
          Products.sequential(
              elements,
              layout.line,
              layout.groupOut,
              array(weight),
              weight.offset() + g * layout.groupOut * layout.depth + c * area,
              1,
              layout.depth,
              lines,
              0,
              rows,
              sums,
              0,
              layout.line,
              false);
          for (int k = 0; k < elements; k++) {
            int at = layout.offsets()[c * area + k];
            Lines.add(sums, k * layout.line, image, at, layout.line);
          }
        }
        Images.store(image, layout, w, gradX, n, g);
      }
    }
  }

  static void backwardWeight(
      View x, View gradOut, View gradWeight, Window w, int groups, boolean accumulate) {
    Scratch scratch = Scratch.get();
    ConvolutionLayout layout = scratch.layout;
    layout.set(x, gradOut, w, groups);
    int batch = gradOut.size(0);
    int block = Math.min(Sums.imageBlock(layout), batch);
    int lineImage = layout.groupOut * layout.line;
    float[] images = scratch.images(block * layout.image);
    float[] lines = scratch.lines(block * lineImage);
    int count = layout.groupOut * layout.depth;
    float[] to = array(gradWeight);
    float[] sums = scratch.sums(accumulate ? count : 0);
    for (int g = 0; g < groups; g++) {
      int weights = gradWeight.offset() + g * count;
      for (int start = 0; start < batch; start += block) {
        int pieces = Math.min(block, batch - start);
        for (int i = 0; i < pieces; i++) {
          Images.load(x, start + i, g, w, layout, images, i * layout.image);
          Images.loadLines(gradOut, start + i, g, layout, lines, i * lineImage);
        }
        Products.dots(
            layout.groupOut,
            layout.depth,
            layout.line,
            lines,
            0,
            layout.line,
            images,
            0,
            layout.offsets(),
            pieces,
            lineImage,
            layout.image,
            accumulate ? sums : to,
            accumulate ? 0 : weights,
            layout.depth,
            1,
            start > 0,
            scratch.lanes);
      }
      if (accumulate) {
        Lines.add(sums, 0, to, weights, count);
      }
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
