package dev.gradkeeper.engine.kernel;

/**
 * Elementwise functions one after the other as one kernel: the first is of {@code in}, each further
 * one of the result before it.
 *
 * @param in dense
 * @param links one or more, in order
 * @param out dense, with the elements that {@code in} has; may be exactly {@code in}, and shares no
 *     memory with what the links take besides
 */
public record ElementwiseChain(View in, Link[] links, View out) {

  /** A function of what comes before it. */
  public sealed interface Link {}

  /** {@link Kernels#unary}. */
  public record Map(Unary op) implements Link {}

  /** {@link Kernels#affine}. */
  public record Affine(double scale, double shift) implements Link {}

  /**
   * {@link Kernels#binary}.
   *
   * @param other the other argument, dense
   * @param otherFirst whether that is the first one
   */
  public record Combine(Binary op, View other, boolean otherFirst) implements Link {}

  /** What {@link Kernels#elementwise} means. */
  public void compose(Kernels kernels) {
    View value = in;
    for (Link link : links) {
      switch (link) {
        case Map(Unary op) -> kernels.unary(op, value, out);
        case Affine(double scale, double shift) -> kernels.affine(value, scale, shift, out);
        case Combine(Binary op, View other, boolean otherFirst) ->
            kernels.binary(op, otherFirst ? other : value, otherFirst ? value : other, out);
      }
      value = out;
    }
  }
}
