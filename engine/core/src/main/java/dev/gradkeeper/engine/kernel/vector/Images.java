package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout;

/** Copies images into a {@link ConvolutionLayout} and back. */
final class Images {
  private Images() {}

  /** Image n of group g of x, to {@code image[at…]}. */
  static void load(
      View x, int n, int g, Window w, ConvolutionLayout layout, float[] image, int at) {
    float[] planes = ((FloatStorage) x.storage()).array();
    int height = x.size(2);
    int width = x.size(3);
    boolean whole = dense(x, w);
    Lines.fill(0, image, at, layout.image);
    for (int c = 0; c < layout.groupIn; c++) {
      int plane = plane(x, n, g * layout.groupIn + c);
      if (whole) {
        Lines.copy(planes, plane, image, at + layout.row(c, 0), height * width);
        continue;
      }
      for (int h = 0; h < height; h++) {
        int from = plane + h * x.stride(2);
        int row = at + layout.row(c, h + w.paddingHeight());
        if (w.strideWidth() == 1) {
          Lines.copy(planes, from, image, row + w.paddingWidth(), width);
        } else {
          for (int i = 0; i < width; i++) {
            image[row + layout.column(i + w.paddingWidth())] = planes[from + i];
          }
        }
      }
    }
  }

  /** The reverse of {@link #load} for one image at the start of the array. */
  static void store(float[] image, ConvolutionLayout layout, Window w, View x, int n, int g) {
    float[] planes = ((FloatStorage) x.storage()).array();
    int height = x.size(2);
    int width = x.size(3);
    boolean whole = dense(x, w);
    for (int c = 0; c < layout.groupIn; c++) {
      int plane = plane(x, n, g * layout.groupIn + c);
      if (whole) {
        Lines.copy(image, layout.row(c, 0), planes, plane, height * width);
        continue;
      }
      for (int h = 0; h < height; h++) {
        int to = plane + h * x.stride(2);
        int row = layout.row(c, h + w.paddingHeight());
        if (w.strideWidth() == 1) {
          Lines.copy(image, row + w.paddingWidth(), planes, to, width);
        } else {
          for (int i = 0; i < width; i++) {
            planes[to + i] = image[row + layout.column(i + w.paddingWidth())];
          }
        }
      }
    }
  }

  /** The planes of image n and group g of an output's gradient, as lines with zeros in the gaps. */
  static void loadLines(
      View gradOut, int n, int g, ConvolutionLayout layout, float[] lines, int at) {
    float[] planes = ((FloatStorage) gradOut.storage()).array();
    int width = gradOut.size(3);
    Lines.fill(0, lines, at, layout.groupOut * layout.line);
    for (int o = 0; o < layout.groupOut; o++) {
      int plane = plane(gradOut, n, g * layout.groupOut + o);
      int line = at + o * layout.line;
      for (int oh = 0; oh < gradOut.size(2); oh++) {
        int from = plane + oh * gradOut.stride(2);
        Lines.copy(planes, from, lines, line + oh * layout.width, width);
      }
    }
  }

  private static int plane(View v, int n, int c) {
    return v.offset() + n * v.stride(0) + c * v.stride(1);
  }

  /** Whether planes lie in the layout as they are. */
  private static boolean dense(View x, Window w) {
    return x.stride(2) == x.size(3)
        && w.strideHeight() == 1
        && w.strideWidth() == 1
        && w.paddingHeight() == 0
        && w.paddingWidth() == 0;
  }
}
