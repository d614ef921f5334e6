package dev.gradkeeper.engine.autograd;

import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * A recorded operation: what {@link BackwardRules} needs to compute the gradients of its inputs,
 * and no more. Shapes are those of the inputs.
 */
sealed interface Op {

  // ---- elementwise, broadcasting ----

  record Add(int[] a, int[] b) implements Op {}

  record Sub(int[] a, int[] b) implements Op {}

  record Mul(Saved a, Saved b, int[] aShape, int[] bShape) implements Op {}

  record Div(Saved a, Saved b, int[] aShape, int[] bShape) implements Op {}

  /** {@code x·scale + shift}. */
  record Affine(double scale) implements Op {}

  /** {@code x / divisor}: other bits than a multiplication by the reciprocal. */
  record DivScalar(double divisor) implements Op {}

  record Square(Saved x) implements Op {}

  record Sqrt(Saved out) implements Op {}

  record Reciprocal(Saved out) implements Op {}

  record Abs(Saved x) implements Op {}

  record Exp(Saved out) implements Op {}

  record Log(Saved x) implements Op {}

  record Tanh(Saved out) implements Op {}

  record Sigmoid(Saved out) implements Op {}

  record Relu(Saved out) implements Op {}

  /** {@code mask} is 0 or 1/(1-p). */
  record Dropout(Tensor mask) implements Op {}

  // ---- shapes ----

  record Reshape(int[] x) implements Op {}

  record Transpose(int first, int second) implements Op {}

  record Narrow(int[] x, int dimension, int start) implements Op {}

  record Expand(int[] x) implements Op {}

  // ---- reductions ----

  /** {@code keptShape} is the result's shape with size 1 where {@code x} was folded. */
  record Sum(int[] x, int[] keptShape) implements Op {}

  record Mean(int[] x, int[] keptShape, int folded) implements Op {}

  // ---- products ----

  record Matmul(Saved a, Saved b, int[] aShape, int[] bShape) implements Op {}

  record Linear(Saved x, Saved weight, int[] xShape, int[] weightShape) implements Op {}

  record Conv2d(Saved x, Saved weight, int[] xShape, int[] weightShape, Window window, int groups)
      implements Op {}

  // ---- pooling ----

  record MaxPool2d(Tensor indices, int[] x) implements Op {}

  record AvgPool2d(int[] x, Window window) implements Op {}

  // ---- losses ----

  /** {@code scale} is 2, over the number of elements for a mean. */
  record MseLoss(Tensor difference, double scale) implements Op {}

  record LogSoftmax(Saved out) implements Op {}

  /** {@code divisor} is 1, or the batch size for a mean. */
  record NllLoss(Saved target, int[] x, double divisor) implements Op {}

  /** As the function is named: {@code conv2d}. */
  static String name(Class<? extends Op> type) {
    String name = type.getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** Whether a backward pass frees memory by forgetting this operation. */
  default boolean savesTensors() {
    return switch (this) {
      case Add _, Sub _, Affine _, DivScalar _ -> false;
      case Reshape _, Transpose _, Narrow _, Expand _, Sum _, Mean _, AvgPool2d _ -> false;
      default -> true;
    };
  }
}
