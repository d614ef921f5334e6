package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;

/**
 * How the CPU kernels lay out one image of a convolution (of one group), so that every element of
 * the window meets the output in one contiguous line.
 *
 * <p>Each channel of the input is padded with zeros and split into {@code strideHeight·strideWidth}
 * phases: phase (i, j) holds the rows i, i + strideHeight, … and the columns j, j + strideWidth, …,
 * {@link #height}×{@link #width} of them. Output position (oh, ow) becomes {@code q = oh·width +
 * ow}; the positions between the end of an output row and the start of the next are gaps. Then
 * window element k = (c, kh, kw) meets position q at {@code offset(k) + q}, whatever the stride and
 * the dilation.
 *
 * <p>Gradients of the output hold 0 in the gaps and up to {@link #line}, the number of positions
 * rounded up to {@link Sums#DOT_LANES}. So sums over positions may run over the gaps; a value that
 * is not finite can then spread to other elements of the same gradient.
 *
 * <p>An object serves call after call; {@link #set} describes another convolution.
 */
public final class ConvolutionLayout {
  public int groupIn;
  public int groupOut;

  /** Elements of the window: groupIn·kernelHeight·kernelWidth. */
  public int depth;

  /** Rows of a phase. */
  public int height;

  /** Columns of a phase. */
  public int width;

  /** Output positions, gaps included. */
  public int positions;

  /** {@link #positions} rounded up to a multiple of {@link Sums#DOT_LANES}. */
  public int line;

  /** Elements of an image, with as many zeros at its end as {@link #line} may overrun it. */
  public int image;

  private int[] offsets = {};
  private Window window;

  /** {@code x} is the input or its gradient, {@code out} the output or its gradient. */
  public void set(View x, View out, Window w, int groups) {
    window = w;
    groupIn = x.size(1) / groups;
    groupOut = out.size(1) / groups;
    depth = groupIn * w.kernelHeight() * w.kernelWidth();
    height = Math.ceilDiv(x.size(2) + 2 * w.paddingHeight(), w.strideHeight());
    width = Math.ceilDiv(x.size(3) + 2 * w.paddingWidth(), w.strideWidth());
    positions = (out.size(2) - 1) * width + out.size(3);
    line = Math.ceilDiv(positions, Sums.DOT_LANES) * Sums.DOT_LANES;
    int plane = height * width * w.strideHeight() * w.strideWidth();
    image = Math.addExact(Math.multiplyExact(groupIn, plane), Sums.DOT_LANES);
    if (offsets.length < depth) {
      offsets = new int[depth];
    }
    int k = 0;
    for (int c = 0; c < groupIn; c++) {
      for (int kh = 0; kh < w.kernelHeight(); kh++) {
        int row = row(c, kh * w.dilationHeight());
        for (int kw = 0; kw < w.kernelWidth(); kw++) {
          offsets[k++] = row + column(kw * w.dilationWidth());
        }
      }
    }
  }

  /** Offset of window element k in an image; the array is reused. */
  public int[] offsets() {
    return offsets;
  }

  /** Where the padded row {@code h} of channel c starts in an image. */
  public int row(int c, int h) {
    int stride = window.strideHeight();
    int phases = stride * window.strideWidth();
    return (c * phases + h % stride * window.strideWidth()) * height * width + h / stride * width;
  }

  /** Where the padded column {@code w} lies behind the start of its row. */
  public int column(int w) {
    return w % window.strideWidth() * height * width + w / window.strideWidth();
  }
}
