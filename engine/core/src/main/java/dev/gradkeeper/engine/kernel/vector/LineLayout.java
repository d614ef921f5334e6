package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;

/**
 * How the forward convolution lays out one image (of one group), so that every element of the
 * window meets the output in one contiguous line.
 *
 * <p>Each channel of the input is padded with zeros and split into {@code strideHeight·strideWidth}
 * phases: phase (i, j) holds the rows i, i + strideHeight, … and the columns j, j + strideWidth, …,
 * {@link #height}×{@link #width} of them. Output position (oh, ow) becomes {@code q = oh·width +
 * ow}; the positions between the end of an output row and the start of the next are gaps. Then
 * window element k = (c, kh, kw) meets position q at {@code offset(k) + q}, whatever the stride and
 * the dilation.
 *
 * <p>An object serves call after call; {@link #set} describes another convolution.
 */
final class LineLayout {
  int groupIn;
  int groupOut;

  /** Elements of the window: groupIn·kernelHeight·kernelWidth. */
  int depth;

  /** Rows of a phase. */
  int height;

  /** Columns of a phase. */
  int width;

  /** Output positions, gaps included. */
  int positions;

  /** Elements of an image, with one vector more, which a line may reach into. */
  int image;

  private int[] offsets = {};
  private Window window;

  void set(View x, View out, Window w, int groups) {
    window = w;
    groupIn = x.size(1) / groups;
    groupOut = out.size(1) / groups;
    depth = groupIn * w.kernelHeight() * w.kernelWidth();
    height = Math.ceilDiv(x.size(2) + 2 * w.paddingHeight(), w.strideHeight());
    width = Math.ceilDiv(x.size(3) + 2 * w.paddingWidth(), w.strideWidth());
    positions = (out.size(2) - 1) * width + out.size(3);
    int plane = height * width * w.strideHeight() * w.strideWidth();
    image = Math.addExact(Math.multiplyExact(groupIn, plane), Lanes.COUNT);
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
  int[] offsets() {
    return offsets;
  }

  /** Where the padded row {@code h} of channel c starts in an image. */
  int row(int c, int h) {
    int stride = window.strideHeight();
    int phases = stride * window.strideWidth();
    return (c * phases + h % stride * window.strideWidth()) * height * width + h / stride * width;
  }

  /** Where the padded column {@code w} lies behind the start of its row. */
  int column(int w) {
    return w % window.strideWidth() * height * width + w / window.strideWidth();
  }
}
