package dev.gradkeeper.engine.kernel;

/**
 * Cross-entropy of scores as one kernel: {@code sum = Σi (logSoftmax x)[i, target[i]]}, which the
 * loss negates and perhaps divides.
 *
 * @param x [n, c]
 * @param target [n], INT32, in range
 * @param logProbabilities [n, c], written: the gradient needs it
 * @param picked scratch [n]; an implementation may leave it unwritten
 * @param sum [1]
 */
public record CrossEntropy(View x, View target, View logProbabilities, View picked, View sum) {

  /**
   * The gradient with respect to {@code x}.
   *
   * @param value [n], the gradient of each picked element
   * @param spread scratch [n, c]: {@code value} at the targets, else 0; an implementation may leave
   *     it unwritten
   * @param gradX [n, c]
   */
  public record Gradient(View value, View spread, View gradX) {}

  /** What {@link Kernels#crossEntropy} means. */
  public void compose(Kernels kernels) {
    kernels.logSoftmax(x, logProbabilities);
    kernels.gather(logProbabilities, target, picked);
    kernels.reduce(Reduction.SUM, picked, sum);
  }

  /** What {@link Kernels#crossEntropyBackward} means. */
  public void composeBackward(Gradient to, Kernels kernels) {
    kernels.scatter(to.value, target, to.spread);
    kernels.logSoftmaxBackward(logProbabilities, to.spread, to.gradX);
  }
}
