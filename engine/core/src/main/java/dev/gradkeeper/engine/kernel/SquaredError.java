package dev.gradkeeper.engine.kernel;

/**
 * {@code sum = Σ (input - target)²} as one kernel. All three tensors have one shape.
 *
 * @param difference written: the gradient needs it
 * @param sum of one element, with as many dimensions
 */
public record SquaredError(View input, View target, View difference, View sum) {

  /** What {@link Kernels#squaredError} means. */
  public void compose(Kernels kernels) {
    kernels.binary(Binary.SUB, input, target, difference);
    kernels.reduce(Reduction.SUM_OF_SQUARES, difference, sum);
  }
}
