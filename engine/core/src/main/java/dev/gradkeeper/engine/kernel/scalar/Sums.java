package dev.gradkeeper.engine.kernel.scalar;

/**
 * In which order the CPU kernels add, so that scalar and vector kernels give the same bits at every
 * vector length, interpreted or compiled. It follows from shapes and strides alone.
 *
 * <ul>
 *   <li><b>Sequential</b>: {@code s = fma(a, b, s)}, term after term, for each output.
 *   <li><b>Lanes</b>: term i goes to lane {@code i mod L}; within a lane the terms are added in
 *       order, from +0; then the upper half of the lanes is added to the lower half until one is
 *       left.
 * </ul>
 *
 * <table>
 * <caption>Orders</caption>
 * <tr><td>gemm</td><td>sequential over k; if {@link #dot} holds, {@value #DOT_LANES} lanes over k
 * </td></tr>
 * <tr><td>conv2d</td><td>from the bias (or +0), sequential over c, kh, kw; padding counts as
 * {@code fma(0, w, s)}</td></tr>
 * <tr><td>conv2dBackwardInput</td><td>for each output position and element of its window the sum
 * over o, sequential from +0; these are added to gradX, from +0, in the order of positions of a
 * {@link ConvolutionLayout}</td></tr>
 * <tr><td>conv2dBackwardWeight</td><td>for each image sequential over the output positions in
 * that order, from +0; padding counts as {@code fma(g, 0, s)}; images are added in order, from +0</td></tr>
 * <tr><td>reduce</td><td>{@link #lanes} lanes over the trailing folded dimensions, going on from
 * one such row to the next</td></tr>
 * <tr><td>sumQuads</td><td>(upperLeft + lowerLeft) + (upperRight + lowerRight)</td></tr>
 * <tr><td>a convolution's bias gradient</td><td>sumQuads, then reduce: rows are the terms of a
 * channel in all images</td></tr>
 * <tr><td>softmax</td><td>as reduce</td></tr>
 * </table>
 *
 * An {@code accumulate} adds the finished sum to what was there: the same bits as a kernel call
 * into a buffer of its own and an {@code axpy}.
 */
public final class Sums {
  /** Lanes of a product of two lines. */
  public static final int DOT_LANES = 16;

  /** Lanes of a sum over one line. */
  public static final int SUM_LANES = 64;

  private Sums() {}

  /** Lanes for a sum over rows of {@code row} elements: short rows are added in order. */
  public static int lanes(int row) {
    return row < 32 ? 1 : SUM_LANES;
  }

  /**
   * Whether a product runs over lanes of k: where both operands are dense along k, b is not dense
   * along n, and there are few rows, as in a linear layer's x·Wᵀ for a small batch. With more rows
   * it pays to copy b into another layout first.
   */
  public static boolean dot(int m, int n, int aStrideK, int bStrideK, int bStrideN) {
    return aStrideK == 1 && bStrideK == 1 && (n == 1 || m <= 16 && bStrideN != 1);
  }
}
