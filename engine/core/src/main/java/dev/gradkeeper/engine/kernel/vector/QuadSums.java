package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.Quads;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums of the {@link Quads} of planes. */
final class QuadSums {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;

  private QuadSums() {}

  static boolean covers(View x, View out) {
    return x.isContiguous() && out.isContiguous();
  }

  static void of(View x, View out) {
    float[] from = ((FloatStorage) x.storage()).array();
    float[] to = ((FloatStorage) out.storage()).array();
    int images = x.size(0);
    int channels = x.size(1);
    int height = x.size(2);
    int width = x.size(3);
    int terms = out.size(2);
    for (int n = 0; n < images; n++) {
      for (int c = 0; c < channels; c++) {
        int plane = x.offset() + (n * channels + c) * height * width;
        plane(from, plane, height, width, to, out.offset() + (c * images + n) * terms);
      }
    }
  }

  private static void plane(float[] x, int xo, int height, int width, float[] y, int yo) {
    int columns = width / 2;
    for (int h = 0; h + 1 < height; h += 2) {
      row(x, xo + h * width, width, y, yo, columns);
      yo += columns;
    }
    if (width % 2 == 1) {
      for (int h = 0; h < height; h++) {
        y[yo++] = x[xo + h * width + width - 1];
      }
    }
    if (height % 2 == 1) {
      Lines.copy(x, xo + (height - 1) * width, y, yo, 2 * columns);
    }
  }

  /** The sums of {@code n} quads whose two rows are {@code pitch} apart. */
  private static void row(float[] x, int top, int pitch, float[] y, int yo, int n) {
    int bottom = top + pitch;
    int i = 0;
    for (; i < n && bottom + 2 * (i + N) <= x.length && yo + i + N <= y.length; i += N) {
      FloatVector first =
          FloatVector.fromArray(F, x, top + 2 * i).add(FloatVector.fromArray(F, x, bottom + 2 * i));
      FloatVector second =
          FloatVector.fromArray(F, x, top + 2 * i + N)
              .add(FloatVector.fromArray(F, x, bottom + 2 * i + N));
      IntVector v = first.reinterpretAsInts();
      IntVector w = second.reinterpretAsInts();
      FloatVector left = Lanes.EVEN.selectFrom(v, w).reinterpretAsFloats();
      FloatVector right = Lanes.ODD.selectFrom(v, w).reinterpretAsFloats();
      left.add(right).intoArray(y, yo + i, Lanes.first(n - i));
    }
    for (; i < n; i++) {
      int a = top + 2 * i;
      int b = bottom + 2 * i;
      y[yo + i] = (x[a] + x[b]) + (x[a + 1] + x[b + 1]);
    }
  }
}
