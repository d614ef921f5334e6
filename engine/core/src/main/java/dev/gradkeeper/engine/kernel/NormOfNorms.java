package dev.gradkeeper.engine.kernel;

/**
 * The L2 norm of several parts together, computed as the norm of the vector of their norms.
 *
 * @param parts of any shapes
 * @param squares one element of {@code norms} for each part, with as many dimensions as the part
 * @param norms [parts], written
 * @param square {@code total} as [1]
 * @param total no dimensions, written
 */
public record NormOfNorms(View[] parts, View[] squares, View norms, View square, View total) {

  /** What {@link Kernels#normOfNorms} means. */
  public void compose(Kernels kernels) {
    for (int i = 0; i < parts.length; i++) {
      kernels.reduce(Reduction.SUM_OF_SQUARES, parts[i], squares[i]);
    }
    kernels.unary(Unary.SQRT, norms, norms);
    kernels.reduce(Reduction.SUM_OF_SQUARES, norms, square);
    kernels.unary(Unary.SQRT, total, total);
  }
}
