package dev.gradkeeper.engine.kernel;

/**
 * A convolution, its relu and, optionally, a max pooling as one kernel: {@code out = pool(relu(conv
 * x))}. Shapes are those of {@link Kernels#conv2d} and {@link Kernels#maxPool2d}.
 *
 * @param bias or null
 * @param activated scratch for the relu's result, of the convolution's shape; an implementation may
 *     leave it unwritten. It is {@code out} where there is no pooling
 * @param pool the pooling's window, or null for none
 * @param indices INT32, as {@link Kernels#maxPool2d} writes them; null without pooling
 */
public record ConvBlock(
    View x,
    View weight,
    View bias,
    Window window,
    int groups,
    View activated,
    Window pool,
    View out,
    View indices) {

  /** Without pooling. */
  public ConvBlock(View x, View weight, View bias, Window window, int groups, View out) {
    this(x, weight, bias, window, groups, out, null, out, null);
  }

  /**
   * The gradients of a block from that of its {@code out}. The relu's mask is taken from {@code
   * out}: where a maximum is positive, so is the element that it came from.
   *
   * @param gradOut of {@code out}'s shape
   * @param masked scratch of {@code out}'s shape: {@code gradOut} where {@code out} is positive; an
   *     implementation may leave it unwritten. It may be {@code gradOut} itself
   * @param gradConvolved scratch of the convolution's shape: the gradient before the relu; an
   *     implementation may leave it unwritten. It is {@code masked} where there is no pooling
   * @param gradX or null where nobody wants it
   * @param gradWeight or null where nobody wants it
   * @param quadSums scratch of {@link Kernels#sumQuads} of {@code gradConvolved}; an implementation
   *     may leave it unwritten. It is null where {@code gradBias} is
   * @param gradBias [o, 1, 1], or null where nobody wants it
   * @param accumulate whether {@code gradWeight} is added to
   */
  public record Gradients(
      View gradOut,
      View masked,
      View gradConvolved,
      View gradX,
      View gradWeight,
      View quadSums,
      View gradBias,
      boolean accumulate) {}

  /** What {@link Kernels#convBlock} means. */
  public void compose(Kernels kernels) {
    kernels.conv2d(x, weight, bias, activated, window, groups);
    kernels.unary(Unary.RELU, activated, activated);
    if (pool != null) {
      kernels.maxPool2d(activated, out, indices, pool);
    }
  }

  /** What {@link Kernels#convBlockBackward} means. */
  public void composeBackward(Gradients to, Kernels kernels) {
    kernels.binary(Binary.WHERE_POSITIVE, out, to.gradOut, to.masked);
    if (pool != null) {
      kernels.maxPool2dBackward(to.masked, indices, to.gradConvolved);
    }
    if (to.gradX != null) {
      kernels.conv2dBackwardInput(weight, to.gradConvolved, to.gradX, window, groups);
    }
    if (to.gradWeight != null) {
      kernels.conv2dBackwardWeight(
          x, to.gradConvolved, to.gradWeight, window, groups, to.accumulate);
    }
    if (to.gradBias != null) {
      kernels.sumQuads(to.gradConvolved, to.quadSums);
      kernels.reduce(Reduction.SUM, to.quadSums, to.gradBias);
    }
  }
}
