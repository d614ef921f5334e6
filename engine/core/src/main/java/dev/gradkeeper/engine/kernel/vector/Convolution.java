package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout;

/**
 * Convolutions as matrix products, for inputs with dense rows, outputs with dense planes and dense
 * weights. Forward they run over the lines of a {@link LineLayout}, the rows of a matrix that is
 * never written down; gradients run over the {@link Windows} of an image whose channels are last.
 *
 * <p>Where most of an output's gradient is 0, its gradients are products of a sparse matrix. To add
 * 0·v changes no bit of a sum that starts from +0, as long as v is finite.
 */
final class Convolution {
  /** Elements of the output's lines at a time. */
  private static final int LINES = 1 << 14;

  private Convolution() {}

  static boolean covers(View x, View weight, View out) {
    return weight.isContiguous()
        && (x.stride(3) == 1 || x.size(3) == 1)
        && (out.stride(3) == 1 || out.size(3) == 1)
        && (out.stride(2) == out.size(3) || out.size(2) == 1);
  }

  static void forward(View x, View weight, View bias, View out, Window w, int groups) {
    Scratch scratch = Scratch.get();
    LineLayout layout = scratch.layout;
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
    Windows windows = scratch.windows;
    windows.set(gradX, gradOut, w, groups);
    ConvolutionLayout layout = windows.layout;
    int channels = layout.groupOut;
    Nonzeros byChannel = scratch.nonzeros;
    Nonzeros byPosition = scratch.transposed;
    float[] weights = scratch.lines(channels * windows.pitch);
    float[] image = scratch.images(windows.image);
    for (int g = 0; g < groups; g++) {
      windows.loadWeights(weight, g, weights);
      boolean finite = Lines.finite(weights, 0, channels * windows.pitch);
      for (int n = 0; n < gradX.size(0); n++) {
        int planes = plane(gradOut, n, g * channels);
        collect(gradOut, planes, windows.positions, channels, byChannel);
        Lines.fill(0, image, 0, windows.image);
        if (finite
            && byChannel.sparse()
            && Lines.finite(byChannel.values(), 0, byChannel.count())) {
          byChannel.transpose(byPosition);
          int[] rows = scratch.multiples(channels, windows.pitch);
          SparseTiles.multiply(
              byPosition,
              windows.vectors,
              weights,
              rows,
              windows.inWindow(),
              image,
              windows.corners(),
              windows.inImage());
        } else {
          spread(windows, gradOut, planes, weights, image, scratch);
        }
        windows.storeImage(image, gradX, n, g);
      }
    }
  }

  /** Adds the products of dense gradients and weights to an image. */
  private static void spread(
      Windows windows, View gradOut, int planes, float[] weights, float[] image, Scratch scratch) {
    ConvolutionLayout layout = windows.layout;
    int pitch = windows.pitch;
    int block = Math.clamp(LINES / pitch, 1, windows.positions);
    float[] sums = scratch.sums(block * pitch);
    int[] rows = scratch.multiples(layout.groupOut, pitch);
    for (int start = 0; start < windows.positions; start += block) {
      int count = Math.min(block, windows.positions - start);
      Products.sequential(
          count,
          layout.segments * windows.segmentPitch,
          layout.groupOut,
          array(gradOut),
          planes + start,
          1,
          gradOut.stride(1),
          weights,
          0,
          rows,
          sums,
          0,
          pitch,
          false);
      for (int p = 0; p < count; p++) {
        int corner = windows.corners()[start + p];
        for (int s = 0; s < layout.segments; s++) {
          int from = p * pitch + s * windows.segmentPitch;
          Lines.add(sums, from, image, corner + layout.offsets()[s], layout.segment);
        }
      }
    }
  }

  static void backwardWeight(
      View x, View gradOut, View gradWeight, Window w, int groups, boolean accumulate) {
    Scratch scratch = Scratch.get();
    Windows windows = scratch.windows;
    windows.set(x, gradOut, w, groups);
    ConvolutionLayout layout = windows.layout;
    int channels = layout.groupOut;
    Nonzeros nonzeros = scratch.nonzeros;
    float[] image = scratch.images(windows.image);
    float[] total = scratch.lines(channels * windows.pitch);
    for (int g = 0; g < groups; g++) {
      Lines.fill(0, total, 0, channels * windows.pitch);
      for (int n = 0; n < x.size(0); n++) {
        int planes = plane(gradOut, n, g * channels);
        windows.loadImage(x, n, g, image);
        collect(gradOut, planes, windows.positions, channels, nonzeros);
        if (nonzeros.sparse() && Lines.finite(image, 0, layout.image)) {
          int[] rows = scratch.multiples(channels, windows.pitch);
          SparseTiles.multiply(
              nonzeros,
              windows.vectors,
              image,
              windows.corners(),
              windows.inImage(),
              total,
              rows,
              windows.inWindow());
        } else {
          gather(windows, gradOut, planes, image, total, scratch);
        }
      }
      windows.storeWeights(total, gradWeight, g, accumulate);
    }
  }

  /** Adds the products of dense gradients and an image to {@code total}. */
  private static void gather(
      Windows windows, View gradOut, int planes, float[] image, float[] total, Scratch scratch) {
    ConvolutionLayout layout = windows.layout;
    int pitch = windows.pitch;
    float[] sums = scratch.sums(layout.groupOut * pitch);
    for (int s = 0; s < layout.segments; s++) {
      Products.sequential(
          layout.groupOut,
          windows.segmentPitch,
          windows.positions,
          array(gradOut),
          planes,
          gradOut.stride(1),
          1,
          image,
          layout.offsets()[s],
          windows.corners(),
          sums,
          s * windows.segmentPitch,
          pitch,
          false);
    }
    Lines.add(sums, 0, total, 0, layout.groupOut * pitch);
  }

  private static void collect(View v, int planes, int positions, int channels, Nonzeros to) {
    to.clear(channels, positions);
    for (int o = 0; o < channels; o++) {
      to.addRow(array(v), planes + o * v.stride(1), positions);
    }
  }

  private static int plane(View v, int n, int c) {
    return v.offset() + n * v.stride(0) + c * v.stride(1);
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
