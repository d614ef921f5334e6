package dev.gradkeeper.engine.kernel;

/**
 * What {@link Kernels#sumQuads} makes of a plane: one term for each of its full windows of 2×2 with
 * stride 2, row by row, then the elements that no window covers: those of the last column of an odd
 * width from top to bottom, then those below the windows of an odd height from left to right.
 */
public final class Quads {
  private Quads() {}

  /** Terms of a plane. */
  public static int terms(int height, int width) {
    return height * width - 3 * (height / 2) * (width / 2);
  }
}
