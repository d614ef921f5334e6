package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.ConvBlock;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.heap.IntStorage;

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
        && out.count() > 0
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
            pixels.compute(2 * r + 1, o, rows, pixels.pitch);
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
        && (to.gradBias() == null || to.gradBias().isContiguous() && to.quadSums().isContiguous())
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
    Windows windows = scratch.windows(block.x(), block.activated(), block.window(), block.groups());
    int channels = windows.layout.groupOut;
    int weightCount = channels * windows.pitch;
    float[] weights = scratch.lines(weightCount);
    float[] totals = scratch.totals(weightCount);
    float[] image = scratch.images(windows.image);
    float[] gradient = scratch.gradient(windows.image);
    for (int g = 0; g < block.groups(); g++) {
      if (to.gradX() != null) {
        windows.loadWeights(block.weight(), g, weights);
      }
      Lines.fill(0, totals, 0, weightCount);
      for (int n = 0; n < block.x().size(0); n++) {
        Nonzeros maxima = scratch.nonzeros;
        collect(block, to.gradOut(), n, g, windows.quarters, maxima);
        if (to.gradWeight() != null) {
          windows.loadImage(block.x(), n, g, image);
          ConvolutionGradients.weights(windows, maxima, image, totals, scratch);
        }
        if (to.gradX() != null) {
          Lines.fill(0, gradient, 0, windows.image);
          ConvolutionGradients.input(windows, maxima, weights, gradient, scratch);
          windows.storeImage(gradient, to.gradX(), n, g);
        }
      }
      if (to.gradWeight() != null) {
        windows.storeWeights(totals, to.gradWeight(), g, to.accumulate());
      }
    }
    if (to.gradBias() != null) {
      sumQuads(block, to.gradOut(), to.quadSums());
      Reductions.reduce(Reduction.SUM, to.quadSums(), to.gradBias());
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
   * {@link Kernels#sumQuads} of the gradients that reach the convolution: the sum of a quad is what
   * reaches its maximum, and beside the quads there are zeros.
   */
  private static void sumQuads(ConvBlock block, View gradOut, View quadSums) {
    View out = block.out();
    int images = out.size(0);
    int channels = out.size(1);
    int count = out.size(2) * out.size(3);
    int beside = quadSums.size(2) - count;
    float[] maxima = array(out);
    float[] from = array(gradOut);
    float[] to = array(quadSums);
    int at = quadSums.offset();
    for (int c = 0; c < channels; c++) {
      for (int n = 0; n < images; n++) {
        int plane = (n * channels + c) * count;
        BinaryLines.apply(
            Binary.WHERE_POSITIVE,
            maxima,
            out.offset() + plane,
            from,
            gradOut.offset() + plane,
            to,
            at,
            count);
        at += count;
        if (beside > 0) {
          Lines.fill(0, to, at, beside);
          at += beside;
        }
      }
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
