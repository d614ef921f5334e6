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
 * <p>Output positions come in pairs of rows: column by column, the upper one first. That is the
 * order in which pooling with windows of 2×2 meets them.
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

  /** Number of output positions. */
  public int positions;

  private int[] offsets = {};
  private int[] corners = {};
  private int[] places = {};
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
    positions = out.size(2) * out.size(3);
    if (corners.length < positions) {
      corners = new int[positions];
      places = new int[positions];
    }
    int p = 0;
    int step = corner(0, 1);
    for (int top = 0; top < out.size(2); top += 2) {
      boolean pair = top + 1 < out.size(2);
      int upper = corner(top, 0);
      int lower = corner(top + 1, 0);
      for (int ow = 0; ow < out.size(3); ow++) {
        corners[p] = upper + ow * step;
        places[p++] = top * out.size(3) + ow;
        if (pair) {
          corners[p] = lower + ow * step;
          places[p++] = (top + 1) * out.size(3) + ow;
        }
      }
    }
  }

  /** Where the window of each position starts in an image; the array is reused. */
  public int[] corners() {
    return corners;
  }

  /** oh·width + ow of each position; the array is reused. */
  public int[] places() {
    return places;
  }

  /** Where each segment of a window starts, from its corner; the array is reused. */
  public int[] offsets() {
    return offsets;
  }

  /** Where the window of the output at (oh, ow) starts in an image. */
  public int corner(int oh, int ow) {
    return (oh * window.strideHeight() * width + ow * window.strideWidth()) * groupIn;
  }

  /** Where pixel (h, w) of the unpadded input starts in an image. */
  public int pixel(int h, int w) {
    return ((h + window.paddingHeight()) * width + w + window.paddingWidth()) * groupIn;
  }
}
