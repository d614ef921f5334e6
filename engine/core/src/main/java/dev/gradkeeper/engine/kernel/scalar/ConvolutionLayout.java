package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;

/**
 * How the CPU kernels lay out one image of a convolution (of one group): padded with zeros and with
 * the channels last, {@code [height, width, groupIn]}. Then the elements below a window form few
 * contiguous segments: one for each row of the window, or for each of its elements where it is
 * dilated.
 *
 * <p>Weights follow in the same order, {@code (kh, kw, c)}: segment s holds the elements from
 * {@code s·segment} on.
 *
 * <p>An object serves call after call; {@link #set} describes another convolution.
 */
public final class ConvolutionLayout {
  public int groupIn;
  public int groupOut;

  /** Elements of the window: kernelHeight·kernelWidth·groupIn. */
  public int depth;

  /** Rows of an image, padding included. */
  public int height;

  /** Columns of an image, padding included. */
  public int width;

  /** Elements of an image. */
  public int image;

  /** Number of segments of a window. */
  public int segments;

  /** Elements of a segment. */
  public int segment;

  private int[] offsets = {};
  private Window window;

  /** {@code x} is the input or its gradient, {@code out} the output or its gradient. */
  public void set(View x, View out, Window w, int groups) {
    window = w;
    groupIn = x.size(1) / groups;
    groupOut = out.size(1) / groups;
    depth = groupIn * w.kernelHeight() * w.kernelWidth();
    height = x.size(2) + 2 * w.paddingHeight();
    width = x.size(3) + 2 * w.paddingWidth();
    image = Math.multiplyExact(Math.multiplyExact(height, width), groupIn);
    int perRow = w.dilationWidth() == 1 ? 1 : w.kernelWidth();
    segments = w.kernelHeight() * perRow;
    segment = depth / segments;
    if (offsets.length < segments) {
      offsets = new int[segments];
    }
    for (int s = 0; s < segments; s++) {
      int row = s / perRow * w.dilationHeight() * width;
      offsets[s] = (row + s % perRow * w.dilationWidth()) * groupIn;
    }
  }

  /** Where each segment of a window starts, from {@link #corner}; the array is reused. */
  public int[] offsets() {
    return offsets;
  }

  /** Where the window of output position (oh, ow) starts in an image. */
  public int corner(int oh, int ow) {
    return (oh * window.strideHeight() * width + ow * window.strideWidth()) * groupIn;
  }

  /** Where pixel (h, w) of the unpadded input starts in an image. */
  public int pixel(int h, int w) {
    return ((h + window.paddingHeight()) * width + w + window.paddingWidth()) * groupIn;
  }
}
