package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/** Copies images into a {@link LineLayout}. */
final class Images {
  private Images() {}

  /** Image n of group g of x, to the start of an array. */
  static void load(View x, int n, int g, Window w, LineLayout layout, float[] image) {
    float[] planes = ((FloatStorage) x.storage()).array();
    int height = x.size(2);
    int width = x.size(3);
    boolean whole = dense(x, w);
    Lines.fill(0, image, 0, layout.image);
    for (int c = 0; c < layout.groupIn; c++) {
      int plane = plane(x, n, g * layout.groupIn + c);
      if (whole) {
        Lines.copy(planes, plane, image, layout.row(c, 0), height * width);
        continue;
      }
      for (int h = 0; h < height; h++) {
        int from = plane + h * x.stride(2);
        int row = layout.row(c, h + w.paddingHeight());
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

  private static int plane(View v, int n, int c) {
    return v.offset() + n * v.stride(0) + c * v.stride(1);
  }

  /** Whether all the channels of an image lie in the layout as they are. */
  static boolean inPlace(View x, Window w) {
    return dense(x, w) && x.stride(1) == x.size(2) * x.size(3);
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
