package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;
import static dev.gradkeeper.engine.kernel.scalar.Sums.SUM_LANES;

import dev.gradkeeper.engine.kernel.ConvBlock;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.heap.IntStorage;
import dev.gradkeeper.engine.kernel.scalar.Sums;

/**
 * A convolution, its relu and a max pooling of 2×2 with stride 2, image by image: pooling reads the
 * convolution's lines where they were computed, and the gradients start from the maxima alone.
 */
final class ConvolutionBlock {
  private ConvolutionBlock() {}

  static boolean covers(ConvBlock block) {
    View out = block.out();
    return block.pool() != null
        && out.dtype() == FLOAT32
        && Pooling.halves(block.pool())
        && Convolution.covers(block.x(), block.weight(), block.activated())
        && out.isContiguous()
        && block.indices().isContiguous();
  }

  static void forward(ConvBlock block) {
    if (ConvolutionPixels.suits(block.x(), block.activated(), block.window(), block.groups())) {
      forwardPixels(block);
    } else {
      forwardLines(block);
    }
  }

  private static void forwardPixels(ConvBlock block) {
    View out = block.out();
    Scratch scratch = Scratch.get();
    ConvolutionPixels pixels = scratch.pixels;
    pixels.set(
        block.x(), block.weight(), block.bias(), block.activated(), block.window(), block.groups());
    int channels = out.size(1) / block.groups();
    int width = block.activated().size(3);
    int height = out.size(2);
    int count = height * out.size(3);
    int step = ConvolutionPixels.CHANNELS;
    float[] rows = scratch.columns(2 * pixels.pitch);
    float[] maxima = scratch.sums(count * step);
    float[] positions = scratch.lines(count * step);
    float[] turned = scratch.turned(count * step);
    int[] indices = ((IntStorage) block.indices().storage()).array();
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < block.groups(); g++) {
        pixels.load(n, g);
        for (int o = 0; o < channels; o += step) {
          for (int r = 0; r < height; r++) {
            pixels.compute(2 * r, o, rows, 0);
            Pooling.maxOfReluPixels(
                rows,
                pixels.pitch,
                width,
                2 * r * width,
                out.size(3),
                maxima,
                r * out.size(3) * step,
                positions);
          }
          int at = (n * out.size(1) + g * channels + o) * count;
          Transposition.copy(maxima, 0, step, count, step, array(out), out.offset() + at, count);
          Transposition.copy(positions, 0, step, count, step, turned, 0, count);
          Lines.copyBits(turned, 0, indices, block.indices().offset() + at, count * step);
        }
      }
    }
  }

  private static void forwardLines(ConvBlock block) {
    View out = block.out();
    ConvolutionLines lines = Scratch.get().convolution;
    lines.set(
        block.x(),
        block.weight(),
        block.bias(),
        block.activated(),
        block.window(),
        block.groups(),
        2);
    int channels = out.size(1) / block.groups();
    int height = 2 * out.size(2);
    int width = block.activated().size(3);
    int pooledWidth = out.size(3);
    float[] to = array(out);
    int[] indices = ((IntStorage) block.indices().storage()).array();
    for (int n = 0; n < out.size(0); n++) {
      for (int g = 0; g < block.groups(); g++) {
        lines.load(n, g);
        for (int top = 0; top < height; top += lines.rows) {
          int count = Math.min(lines.rows, height - top);
          lines.compute(top, count);
          for (int o = 0; o < channels; o++) {
            int plane = (n * out.size(1) + g * channels + o) * out.size(2);
            int at = (plane + top / 2) * pooledWidth;
            Pooling.maxOfRelu(
                lines.lines,
                o * lines.stride,
                lines.pitch,
                width,
                top * width,
                count / 2,
                pooledWidth,
                to,
                out.offset() + at,
                indices,
                block.indices().offset() + at);
          }
        }
      }
    }
  }

  /** Whether {@link #backward} may leave out all that is multiplied by 0. */
  static boolean covers(ConvBlock block, ConvBlock.Gradients to) {
    View x = block.x();
    View weight = block.weight();
    return covers(block)
        && to.gradOut().isContiguous()
        && (to.gradBias() == null || to.gradBias().isContiguous())
        && (to.gradWeight() == null
            || to.gradWeight().isContiguous()
                && x.isContiguous()
                && Lines.finite(array(x), x.offset(), x.count()))
        && (to.gradX() == null
            || Convolution.covers(to.gradX(), weight, block.activated())
                && Lines.finite(array(weight), weight.offset(), weight.count())
                && Lines.finite(array(to.gradOut()), to.gradOut().offset(), to.gradOut().count()));
  }

  static void backward(ConvBlock block, ConvBlock.Gradients to) {
    Scratch scratch = Scratch.get();
    Windows windows = scratch.windows;
    windows.set(block.x(), block.activated(), block.window(), block.groups());
    Quarters quarters = scratch.quarters;
    quarters.set(
        block.out().size(2),
        block.out().size(3),
        block.activated().size(2),
        block.activated().size(3));
    int channels = windows.layout.groupOut;
    int weightCount = channels * windows.pitch;
    float[] weights = scratch.lines(weightCount);
    float[] totals = scratch.totals(weightCount);
    float[] image = scratch.images(windows.image);
    float[] gradient = scratch.gradient(windows.image);
    float[] lanes = scratch.sums(channels * SUM_LANES);
    for (int g = 0; g < block.groups(); g++) {
      if (to.gradX() != null) {
        windows.loadWeights(block.weight(), g, weights);
      }
      Lines.fill(0, totals, 0, weightCount);
      Lines.fill(0, lanes, 0, channels * SUM_LANES);
      for (int n = 0; n < block.x().size(0); n++) {
        Nonzeros maxima = scratch.nonzeros;
        collect(block, to.gradOut(), n, g, quarters, maxima);
        if (to.gradWeight() != null) {
          windows.loadImage(block.x(), n, g, image);
          ConvolutionGradients.weights(windows, maxima, image, totals, scratch);
        }
        if (to.gradX() != null) {
          Lines.fill(0, gradient, 0, windows.image);
          ConvolutionGradients.input(windows, maxima, weights, gradient, scratch);
          windows.storeImage(gradient, to.gradX(), n, g);
        }
        if (to.gradBias() != null) {
          addToLanes(block, maxima, windows.layout.places(), n, lanes);
        }
      }
      if (to.gradWeight() != null) {
        windows.storeWeights(totals, to.gradWeight(), g, to.accumulate());
      }
      if (to.gradBias() != null) {
        storeBias(block, lanes, to.gradBias(), g * channels, channels);
      }
    }
  }

  /** The gradients that reach the convolution in image n and group g. */
  private static void collect(
      ConvBlock block, View gradOut, int n, int g, Quarters quarters, Nonzeros to) {
    View out = block.out();
    int channels = out.size(1) / block.groups();
    int at = (n * out.size(1) + g * channels) * quarters.count;
    to.setMaxima(
        channels,
        array(gradOut),
        gradOut.offset() + at,
        array(out),
        out.offset() + at,
        ((IntStorage) block.indices().storage()).array(),
        block.indices().offset() + at,
        quarters);
  }

  /**
   * As {@link Reductions} adds rows: a row is a plane, or all of them if there is one channel.
   * Where two places of a pair of rows may share a lane, all of the upper row come first.
   */
  private static void addToLanes(
      ConvBlock block, Nonzeros gradients, int[] places, int n, float[] lanes) {
    int width = block.activated().size(3);
    int plane = block.activated().size(2) * width;
    int count = lanes(block);
    int first = block.out().size(1) == 1 ? n * plane : 0;
    boolean apart = 2 * width <= count;
    int[] positions = gradients.columns();
    int[] starts = gradients.starts();
    for (int o = 0; o < gradients.rows(); o++) {
      int end = starts[o + 1];
      int lane = o * SUM_LANES;
      for (int i = starts[o]; i < end; ) {
        if (apart) {
          addPlaces(gradients, i, end, places, 0, plane, first, count, lanes, lane);
          break;
        }
        int pair = positions[i] / (2 * width);
        int middle = (2 * pair + 1) * width;
        int next = i;
        while (next < end && positions[next] < 2 * (pair + 1) * width) {
          next++;
        }
        addPlaces(gradients, i, next, places, 0, middle, first, count, lanes, lane);
        addPlaces(gradients, i, next, places, middle, plane, first, count, lanes, lane);
        i = next;
      }
    }
  }

  /** Adds the elements from {@code start} to {@code end} whose places lie in a range. */
  private static void addPlaces(
      Nonzeros gradients,
      int start,
      int end,
      int[] places,
      int low,
      int high,
      int first,
      int count,
      float[] lanes,
      int lane) {
    float[] values = gradients.values();
    int[] positions = gradients.columns();
    for (int i = start; i < end; i++) {
      int place = places[positions[i]];
      if (place >= low && place < high) {
        lanes[lane + (first + place & count - 1)] += values[i];
      }
    }
  }

  private static int lanes(ConvBlock block) {
    View convolved = block.activated();
    int plane = convolved.size(2) * convolved.size(3);
    return Sums.lanes(convolved.size(1) == 1 ? convolved.size(0) * plane : plane);
  }

  private static void storeBias(
      ConvBlock block, float[] lanes, View gradBias, int first, int channels) {
    float[] sums = array(gradBias);
    int count = lanes(block);
    float[] own = Scratch.get().lanes;
    for (int o = 0; o < channels; o++) {
      Lines.copy(lanes, o * SUM_LANES, own, 0, count);
      sums[gradBias.offset() + first + o] = Reductions.foldLanes(Reduction.SUM, own, count);
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
