package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/** One image (of one group) of a convolution's input in a {@link LineLayout}. */
final class InputLines {
  final LineLayout layout = new LineLayout();

  private View x;
  private Window window;
  private float[] copy = {};

  /** Where the image lies: in the input itself, if it is laid out like that there. */
  float[] array = {};

  int at;

  /** {@code out} has the shape of the convolution's output. */
  void set(View x, View out, Window w, int groups) {
    this.x = x;
    window = w;
    layout.set(x, out, w, groups);
  }

  /** Image n of group g. */
  void load(int n, int g) {
    int last = layout.offsets()[layout.depth - 1];
    float[] input = ((FloatStorage) x.storage()).array();
    at = x.offset() + n * x.stride(0) + g * layout.groupIn * x.stride(1);
    if (Images.inPlace(x, window) && at + last + layout.positions + Lanes.COUNT <= input.length) {
      array = input;
      return;
    }
    if (copy.length < layout.image) {
      copy = new float[layout.image];
    }
    Images.load(x, n, g, window, layout, copy);
    array = copy;
    at = 0;
  }
}
