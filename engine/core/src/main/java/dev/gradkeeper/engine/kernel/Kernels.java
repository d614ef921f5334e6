package dev.gradkeeper.engine.kernel;

/**
 * All that a device implements: primitive operations over {@link View}s, and, if it wants to be
 * faster, the fused ones.
 *
 * <ul>
 *   <li>Kernels are enqueued; a device may run them later, in order. Results are read with {@link
 *       Device#read} alone.
 *   <li>They write into given outputs, allocate nothing that outlives the call, and return nothing.
 *   <li>Outputs never overlap inputs, except elementwise kernels and {@link #axpy}, where an output
 *       may be exactly an input.
 *   <li>All floating-point views of a call have one dtype. Callers have checked shapes; kernels do
 *       not check them again.
 *   <li>On the CPU every kernel gives the same bits whatever the implementation and the vector
 *       length. A sum over products runs as sequential fused multiply-adds for each output, or as a
 *       fixed virtual tree of lanes: which one follows from the shapes and strides, never from the
 *       machine.
 * </ul>
 */
public interface Kernels {

  // ---- movement ----

  /** Every element of {@code out} becomes {@code value}, rounded to its dtype. */
  void fill(View out, double value);

  /** Strided copy with broadcasting; converts between dtypes. */
  void copy(View in, View out);

  // ---- elementwise, with broadcasting ----

  /** out = op(in), element by element. */
  void unary(Unary op, View in, View out);

  /** out = op(a, b), element by element. */
  void binary(Binary op, View a, View b, View out);

  /** out = fma(in, scale, shift), both rounded to the dtype first. */
  void affine(View in, double scale, double shift, View out);

  /** y = fma(x, alpha, y): how gradients accumulate; alpha = 1 is a plain addition. */
  void axpy(double alpha, View x, View y);

  // ---- reductions ----

  /**
   * Folds the dimensions where {@code out} has size 1 (both have the same number of dimensions).
   */
  void reduce(Reduction op, View in, View out);

  /**
   * out[c, n, t] = the t {@link Quads#terms} of each plane of x[n, c, h, w]: the sums (upperLeft +
   * lowerLeft) + (upperRight + lowerRight) of its {@link Quads}, then the elements beside them.
   * Folded over n and t they are the sum of a channel. Behind a max pooling of 2×2 a quad's sum is
   * the gradient of its maximum.
   */
  void sumQuads(View x, View out);

  /**
   * out[…] (INT32) = the index of the first maximum along the last dimension of {@code in[…, n]}.
   */
  void argmax(View in, View out);

  // ---- products ----

  /**
   * c[…, m, n] = Σk a[…, m, k]·b[…, k, n], plus the previous c if {@code accumulate}. Leading
   * dimensions are batches; strides express transposition and broadcasting.
   */
  void gemm(View a, View b, View c, boolean accumulate);

  /**
   * Cross-correlation, as {@code torch.nn.Conv2d}: x[n, c, h, w], weight[o, c/groups, kh, kw],
   * bias[o] or null, out[n, o, oh, ow].
   */
  void conv2d(View x, View weight, View bias, View out, Window window, int groups);

  /** gradX[n, c, h, w] from gradOut[n, o, oh, ow]. */
  void conv2dBackwardInput(View weight, View gradOut, View gradX, Window window, int groups);

  /** gradWeight[o, c/groups, kh, kw], added to the previous one if {@code accumulate}. */
  void conv2dBackwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate);

  // ---- pooling ----

  /**
   * out[n, c, oh, ow] and, in {@code indices} (INT32, same shape), the position h·width+w of the
   * maximum within its plane: the first one in row-major order, or the last NaN, as in PyTorch.
   */
  void maxPool2d(View x, View out, View indices, Window window);

  /** Scatters gradOut[n, c, oh, ow] to the saved positions; gradX[n, c, h, w] is overwritten. */
  void maxPool2dBackward(View gradOut, View indices, View gradX);

  /** Mean over each window, padding counted in the divisor as PyTorch's default does. */
  void avgPool2d(View x, View out, Window window);

  /**
   * Each gradOut[n, c, oh, ow], divided by the window's size, is added to the gradX[n, c, h, w]
   * below its window; gradX is overwritten.
   */
  void avgPool2dBackward(View gradOut, View gradX, Window window);

  // ---- classification ----

  /** out[…, n] = x - max - log Σ exp(x - max) along the last dimension. */
  void logSoftmax(View x, View out);

  /** gradX = gradOut - exp(out)·Σ gradOut along the last dimension. */
  void logSoftmaxBackward(View out, View gradOut, View gradX);

  /** out[i] = in[i, index[i]] for in[n, c], index[n] (INT32, in range). */
  void gather(View in, View index, View out);

  /** out[n, c] = 0 but out[i, index[i]] = values[i]. */
  void scatter(View values, View index, View out);

  // ---- optimizers: the arithmetic of torch.optim, to the bit ----

  /** Updates parameter in place; {@code momentumBuffer} is null where momentum is 0. */
  void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer);

  /** Updates parameter and both moments in place; all four views have one shape. */
  void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq);

  /**
   * values *= min(1, maxNorm / (totalNorm + 1e-6)), totalNorm a scalar view (torch's clip rule).
   */
  void clipByNorm(View values, View totalNorm, double maxNorm);

  /** values = min(max(values, -limit), limit). */
  void clipByValue(View values, double limit);

  // ---- fused: each equals its composition to the bit ----

  /** A convolution, its relu and perhaps a max pooling. */
  default void convBlock(ConvBlock block) {
    block.compose(this);
  }

  /** The gradients of {@link #convBlock}, after it has run. */
  default void convBlockBackward(ConvBlock block, ConvBlock.Gradients to) {
    block.composeBackward(to, this);
  }

  /** A linear layer and its relu. */
  default void linearBlock(LinearBlock block) {
    block.compose(this);
  }

  /** Log-softmax, the choice of the targets' elements and their sum. */
  default void crossEntropy(CrossEntropy loss) {
    loss.compose(this);
  }

  /** The gradient of {@link #crossEntropy}, after it has run. */
  default void crossEntropyBackward(CrossEntropy loss, CrossEntropy.Gradient to) {
    loss.composeBackward(to, this);
  }

  /** A sum of squared differences. */
  default void squaredError(SquaredError error) {
    error.compose(this);
  }

  /** Elementwise functions, each of the result of the one before. */
  default void elementwise(ElementwiseChain chain) {
    chain.compose(this);
  }

  /** The norm of all gradients, as torch's clipping computes it. */
  default void normOfNorms(NormOfNorms norm) {
    norm.compose(this);
  }

  /** Frees what these kernels keep for the calling thread from call to call. */
  default void releaseBuffers() {}
}
