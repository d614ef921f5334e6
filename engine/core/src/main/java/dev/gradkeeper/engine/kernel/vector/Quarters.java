package dev.gradkeeper.engine.kernel.vector;

/**
 * Where the maxima of a pooling with windows of 2×2 lie among the positions of a {@link
 * dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout}.
 */
final class Quarters {
  /** Number of windows. */
  final int count;

  /** Columns of the plane that is pooled. */
  final int width;

  /** Number of positions, those beyond the last window included. */
  final int positionCount;

  /** The place h·width + w of the first element of each window; it goes on with the first one. */
  final int[] places;

  /** The position of the first element of each window, likewise. */
  final int[] positions;

  /** In a plane of {@code height}·{@code width}. */
  Quarters(int height, int width) {
    this.width = width;
    positionCount = height * width;
    int columns = width / 2;
    count = height / 2 * columns;
    places = new int[count + Lanes.COUNT];
    positions = new int[count + Lanes.COUNT];
    for (int i = 0; i < count; i++) {
      int top = i / columns * 2 * width;
      int left = i % columns * 2;
      places[i] = top + left;
      positions[i] = top + 2 * left;
    }
    for (int i = count; i < places.length; i++) {
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
