package dev.gradkeeper.engine.kernel.vector;

/**
 * Where the maxima of a pooling with windows of 2×2 lie among the positions of a {@link
 * dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout}.
 */
final class Quarters {
  /** Number of windows. */
  int count;

  /** Columns of the plane that is pooled. */
  int width;

  /** Number of positions, those beyond the last window included. */
  int positionCount;

  /** The place h·width + w of the first element of each window; it goes on with the first one. */
  int[] places = {};

  /** The position of the first element of each window, likewise. */
  int[] positions = {};

  /** For {@code rows}·{@code columns} windows in a plane of {@code height}·{@code width}. */
  void set(int rows, int columns, int height, int width) {
    this.width = width;
    positionCount = height * width;
    count = rows * columns;
    if (places.length < count + Lanes.COUNT) {
      places = new int[count + Lanes.COUNT];
      positions = new int[count + Lanes.COUNT];
    }
    int i = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        places[i] = 2 * (r * width + c);
        positions[i++] = 2 * r * width + 4 * c;
      }
    }
    for (; i < count + Lanes.COUNT; i++) {
      places[i] = places[i - count];
      positions[i] = positions[i - count];
    }
  }

  /** The position of {@code place}, which lies in window i. */
  int position(int i, int place) {
    int offset = place - places[i];
    return positions[i] + 2 * offset - (offset >= width ? 2 * width - 1 : 0);
  }
}
