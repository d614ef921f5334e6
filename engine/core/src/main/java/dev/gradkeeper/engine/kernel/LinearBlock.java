package dev.gradkeeper.engine.kernel;

/**
 * A linear layer and its relu as one kernel: {@code out = relu(x·weight + bias)}.
 *
 * @param x [m, k]
 * @param weight [k, n], in a linear layer the transpose of its parameter
 * @param bias [m, n], repeated along m, or null
 * @param relu whether negative results become 0
 * @param out [m, n]
 */
public record LinearBlock(View x, View weight, View bias, boolean relu, View out) {

  /** What {@link Kernels#linearBlock} means. */
  public void compose(Kernels kernels) {
    if (bias != null) {
      kernels.copy(bias, out);
    }
    kernels.gemm(x, weight, out, bias != null);
    if (relu) {
      kernels.unary(Unary.RELU, out, out);
    }
  }
}
