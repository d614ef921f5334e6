package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout;

/**
 * The gradients of convolutions, over the {@link Windows} of an image whose channels are last; for
 * the views that {@link Convolution#covers}.
 *
 * <p>Where most of an output's gradient is 0, its gradients are products of a sparse matrix. To add
 * 0·v changes no bit of a sum that starts from +0, as long as v is finite.
 */
final class ConvolutionGradients {
  /** Elements of sums over dense gradients at a time. */
  private static final int SUMS = 1 << 14;

  private ConvolutionGradients() {}

  static void backwardInput(View weight, View gradOut, View gradX, Window w, int groups) {
    Scratch scratch = Scratch.get();
    Windows windows = scratch.windows(gradX, gradOut, w, groups);
    ConvolutionLayout layout = windows.layout;
    int channels = layout.groupOut;
    Nonzeros byChannel = scratch.nonzeros;
    float[] weights = scratch.lines(channels * windows.pitch);
    float[] image = scratch.images(windows.image);
    float[] gradients = scratch.gradient(channels * layout.positions);
    for (int g = 0; g < groups; g++) {
      windows.loadWeights(weight, g, weights);
      boolean finite = Lines.finite(weights, 0, channels * windows.pitch);
      for (int n = 0; n < gradX.size(0); n++) {
        windows.loadGradients(gradOut, n, g, gradients);
        collect(gradients, layout.positions, channels, byChannel);
        Lines.fill(0, image, 0, windows.image);
        if (finite
            && byChannel.sparse()
            && Lines.finite(byChannel.values(), 0, byChannel.count())) {
          input(windows, byChannel, weights, image, scratch);
        } else {
          inputOfDense(windows, gradients, weights, image, scratch);
        }
        windows.storeImage(image, gradX, n, g);
      }
    }
  }

  /** Adds the products of sparse gradients and weights to an image. */
  static void input(
      Windows windows, Nonzeros gradOut, float[] weights, float[] image, Scratch scratch) {
    gradOut.transpose(scratch.transposed);
    SparseTiles.multiply(
        scratch.transposed,
        windows.vectors,
        weights,
        scratch.multiples(windows.layout.groupOut, windows.pitch),
        windows.inWindow(),
        image,
        windows.layout.corners(),
        windows.inImage());
  }

  /** Adds the products of sparse gradients and an image to {@code total}. */
  static void weights(
      Windows windows, Nonzeros gradOut, float[] image, float[] total, Scratch scratch) {
    SparseTiles.multiply(
        gradOut,
        windows.vectors,
        image,
        windows.layout.corners(),
        windows.inImage(),
        total,
        scratch.multiples(windows.layout.groupOut, windows.pitch),
        windows.inWindow());
  }

  /** Adds the products of dense gradients and weights to an image. */
  private static void inputOfDense(
      Windows windows, float[] gradients, float[] weights, float[] image, Scratch scratch) {
    ConvolutionLayout layout = windows.layout;
    int pitch = windows.pitch;
    int block = Math.clamp(SUMS / pitch, 1, layout.positions);
    float[] sums = scratch.sums(block * pitch);
    int[] rows = scratch.multiples(layout.groupOut, pitch);
    for (int start = 0; start < layout.positions; start += block) {
      int count = Math.min(block, layout.positions - start);
      Products.sequential(
          count,
          layout.segments * windows.segmentPitch,
          layout.groupOut,
          gradients,
          start,
          1,
          layout.positions,
          weights,
          0,
          rows,
          sums,
          0,
          pitch,
          false);
      for (int p = 0; p < count; p++) {
        int corner = layout.corners()[start + p];
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
    Windows windows = scratch.windows(x, gradOut, w, groups);
    ConvolutionLayout layout = windows.layout;
    int channels = layout.groupOut;
    Nonzeros nonzeros = scratch.nonzeros;
    float[] image = scratch.images(windows.image);
    float[] gradients = scratch.gradient(channels * layout.positions);
    float[] total = scratch.lines(channels * windows.pitch);
    for (int g = 0; g < groups; g++) {
      Lines.fill(0, total, 0, channels * windows.pitch);
      for (int n = 0; n < x.size(0); n++) {
        windows.loadImage(x, n, g, image);
        windows.loadGradients(gradOut, n, g, gradients);
        collect(gradients, layout.positions, channels, nonzeros);
        if (nonzeros.sparse() && Lines.finite(image, 0, layout.image)) {
          weights(windows, nonzeros, image, total, scratch);
        } else {
          weightsOfDense(windows, gradients, image, total, scratch);
        }
      }
      windows.storeWeights(total, gradWeight, g, accumulate);
    }
  }

  /** Adds the products of dense gradients and an image to {@code total}. */
  private static void weightsOfDense(
      Windows windows, float[] gradients, float[] image, float[] total, Scratch scratch) {
    ConvolutionLayout layout = windows.layout;
    int pitch = windows.pitch;
    float[] sums = scratch.sums(layout.groupOut * pitch);
    for (int s = 0; s < layout.segments; s++) {
      Products.sequential(
          layout.groupOut,
          windows.segmentPitch,
          layout.positions,
          gradients,
          0,
          layout.positions,
          1,
          image,
          layout.offsets()[s],
          windows.layout.corners(),
          sums,
          s * windows.segmentPitch,
          pitch,
          false);
    }
    Lines.add(sums, 0, total, 0, layout.groupOut * pitch);
  }

  private static void collect(float[] gradients, int positions, int channels, Nonzeros to) {
    to.clear(channels, positions);
    for (int o = 0; o < channels; o++) {
      to.addRow(gradients, o * positions, positions);
    }
  }
}
