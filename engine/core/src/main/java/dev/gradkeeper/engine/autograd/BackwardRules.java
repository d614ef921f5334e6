package dev.gradkeeper.engine.autograd;

import static dev.gradkeeper.engine.autograd.Compute.binary;
import static dev.gradkeeper.engine.autograd.Compute.columnMatrix;
import static dev.gradkeeper.engine.autograd.Compute.contiguous;
import static dev.gradkeeper.engine.autograd.Compute.divide;
import static dev.gradkeeper.engine.autograd.Compute.empty;
import static dev.gradkeeper.engine.autograd.Compute.expand;
import static dev.gradkeeper.engine.autograd.Compute.gemm;
import static dev.gradkeeper.engine.autograd.Compute.kernels;
import static dev.gradkeeper.engine.autograd.Compute.matmulShape;
import static dev.gradkeeper.engine.autograd.Compute.matrices;
import static dev.gradkeeper.engine.autograd.Compute.mul;
import static dev.gradkeeper.engine.autograd.Compute.neg;
import static dev.gradkeeper.engine.autograd.Compute.reduce;
import static dev.gradkeeper.engine.autograd.Compute.reshape;
import static dev.gradkeeper.engine.autograd.Compute.rowMatrix;
import static dev.gradkeeper.engine.autograd.Compute.rows;
import static dev.gradkeeper.engine.autograd.Compute.scale;
import static dev.gradkeeper.engine.autograd.Compute.sumTo;
import static dev.gradkeeper.engine.autograd.Compute.transpose;
import static dev.gradkeeper.engine.autograd.Compute.transposeLast;
import static dev.gradkeeper.engine.autograd.Compute.withMatrix;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Quads;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * The derivative of every operation: given g, the gradient of its result, the gradients of its
 * inputs, numbered as its arguments. {@code give} hands over memory that nobody else holds, {@code
 * share} passes on g itself.
 */
final class BackwardRules {
  private BackwardRules() {}

  static void apply(Op op, Tensor g, Backward to) {
    switch (op) {
      case Op.Add(int[] a, int[] b) -> {
        to.shareReduced(0, g, a);
        to.shareReduced(1, g, b);
      }
      case Op.Sub(int[] a, int[] b) -> {
        to.shareReduced(0, g, a);
        if (to.needs(1)) {
          to.giveReduced(1, neg(g), b);
        }
      }
      case Op.Mul(Saved a, Saved b, int[] aShape, int[] bShape) -> {
        if (to.needs(0)) {
          to.giveReduced(0, mul(g, b.get(op)), aShape);
        }
        if (to.needs(1)) {
          to.giveReduced(1, mul(g, a.get(op)), bShape);
        }
      }
      case Op.Div(Saved a, Saved b, int[] aShape, int[] bShape) -> {
        Tensor overB = binary(Binary.DIV, g, b.get(op));
        if (to.needs(1)) {
          // ∂(a/b)/∂b = -(a/b)/b
          Tensor quotient = binary(Binary.DIV, a.get(op), b.get(op));
          to.giveReduced(1, neg(mul(overB, quotient)), bShape);
        }
        if (to.needs(0)) {
          to.giveReduced(0, overB, aShape);
        }
      }
      case Op.Affine(double scale) -> {
        if (scale == 1) {
          to.share(0, g);
        } else {
          to.give(0, scale(g, scale));
        }
      }
      case Op.DivScalar(double divisor) -> to.give(0, divide(g, divisor));
      case Op.Square(Saved x) -> to.give(0, mul(g, scale(x.get(op), 2)));
      case Op.Sqrt(Saved out) -> to.give(0, binary(Binary.DIV, g, scale(out.get(op), 2)));
      case Op.Reciprocal(Saved out) ->
          to.give(0, neg(mul(g, Compute.unary(Unary.SQUARE, out.get(op)))));
      case Op.Abs(Saved x) -> {
        Tensor positive = binary(Binary.WHERE_POSITIVE, x.get(op), g);
        Tensor negative = binary(Binary.WHERE_POSITIVE, neg(x.tensor()), g);
        to.give(0, binary(Binary.SUB, positive, negative));
      }
      case Op.Exp(Saved out) -> to.give(0, mul(g, out.get(op)));
      case Op.Log(Saved x) -> to.give(0, binary(Binary.DIV, g, x.get(op)));
      case Op.Tanh(Saved out) -> elementwise(Binary.TANH_BACKWARD, out.get(op), g, to);
      case Op.Sigmoid(Saved out) -> elementwise(Binary.SIGMOID_BACKWARD, out.get(op), g, to);
      case Op.Relu(Saved out) -> elementwise(Binary.WHERE_POSITIVE, out.get(op), g, to);
      case Op.Dropout(Tensor mask) -> elementwise(Binary.MUL, mask, g, to);

      case Op.Reshape(int[] x) -> to.share(0, reshape(g, x));
      case Op.Transpose(int first, int second) ->
          to.share(0, g.alias(transpose(g.view(), first, second)));
      case Op.Narrow(int[] x, int dimension, int start) -> {
        Tensor whole = empty(g, x).fill(0);
        View part = Compute.narrow(whole.view(), dimension, start, g.view().size(dimension));
        kernels(g).copy(g.view(), part);
        to.give(0, whole);
      }
      case Op.Expand(int[] x) -> to.shareReduced(0, g, x);

      case Op.Sum(int[] x, int[] keptShape) -> to.share(0, expand(reshape(g, keptShape), x));
      case Op.Mean(int[] x, int[] keptShape, int folded) ->
          to.give(0, expand(reshape(divide(g, folded), keptShape), x));

      case Op.Matmul(Saved a, Saved b, int[] aShape, int[] bShape) ->
          matmul(op, a, b, aShape, bShape, g, to);
      case Op.Linear(Saved x, Saved weight, int[] xShape, int[] weightShape) ->
          linear(op, x, weight, xShape, weightShape, g, to);
      case Op.Conv2d conv -> conv2d(conv, contiguous(g), to);

      case Op.MaxPool2d(Tensor indices, int[] x) -> {
        Tensor gradX = empty(g, x);
        kernels(g).maxPool2dBackward(contiguous(g).view(), indices.view(), gradX.view());
        to.give(0, gradX);
      }
      case Op.AvgPool2d(int[] x, var window) -> {
        Tensor gradX = empty(g, x);
        kernels(g).avgPool2dBackward(contiguous(g).view(), gradX.view(), window);
        to.give(0, gradX);
      }

      case Op.MseLoss(Tensor difference, double scale) -> {
        Tensor gradInput = mul(scale(difference, scale), g);
        if (to.needs(1)) {
          to.give(1, neg(gradInput));
        }
        if (to.needs(0)) {
          to.give(0, gradInput);
        }
      }
      case Op.LogSoftmax(Saved out) -> {
        Tensor gradX = empty(g, g.view().sizes());
        kernels(g).logSoftmaxBackward(out.get(op).view(), contiguous(g).view(), gradX.view());
        to.give(0, gradX);
      }
      case Op.NllLoss(Saved target, int[] x, double divisor) -> {
        Tensor value = neg(divisor == 1 ? g : divide(g, divisor));
        Tensor gradX = empty(g, x);
        kernels(g).scatter(value.expanded(new int[] {x[0]}), target.get(op).view(), gradX.view());
        to.give(0, gradX);
      }
    }
  }

  /** The gradient f(saved, g) of an operation with one input, of the shape of its result. */
  private static void elementwise(Binary f, Tensor saved, Tensor g, Backward to) {
    Tensor gradX = to.inPlaceOf(g);
    kernels(g).binary(f, saved.view(), g.view(), gradX.view());
    to.give(0, gradX);
  }

  /** ∂(a·b)/∂a = g·bᵀ, ∂(a·b)/∂b = aᵀ·g, for each matrix of a batch; vectors are thin matrices. */
  private static void matmul(
      Op op, Saved a, Saved b, int[] aShape, int[] bShape, Tensor g, Backward to) {
    int[] aMatrix = rowMatrix(aShape);
    int[] bMatrix = columnMatrix(bShape);
    int m = aMatrix[aMatrix.length - 2];
    int k = aMatrix[aMatrix.length - 1];
    int n = bMatrix[bMatrix.length - 1];
    int[] gShape = matmulShape(aMatrix, bMatrix);
    Tensor gMatrix = matrices(g, gShape);
    if (to.needs(0)) {
      int[] shape = withMatrix(gShape, m, k);
      Tensor matrices = matrices(b.get(op), bMatrix);
      Tensor gradA = gemm(gMatrix.view(), transposeLast(matrices.view()), g, shape);
      to.give(0, reshape(sumTo(gradA, aMatrix), aShape));
    }
    if (to.needs(1)) {
      int[] shape = withMatrix(gShape, k, n);
      Tensor matrices = matrices(a.get(op), aMatrix);
      Tensor gradB = gemm(transposeLast(matrices.view()), gMatrix.view(), g, shape);
      to.give(1, reshape(sumTo(gradB, bMatrix), bShape));
    }
  }

  /** y = x·Wᵀ + b: gradients g·W, gᵀ·x, and g summed over the rows. */
  private static void linear(
      Op op, Saved x, Saved weight, int[] xShape, int[] weightShape, Tensor g, Backward to) {
    Tensor rows = rows(g);
    int in = weightShape[1];
    if (to.needs(0)) {
      Tensor gradX = gemm(rows.view(), weight.get(op).view(), g, rows.view().size(0), in);
      to.give(0, reshape(gradX, xShape));
    }
    if (to.needs(1)) {
      Tensor inputs = rows(x.get(op));
      to.give(1, gemm(transposeLast(rows.view()), inputs.view(), g, weightShape));
    }
    if (to.needs(2)) {
      to.give(2, sumTo(rows, new int[] {weightShape[0]}));
    }
  }

  private static void conv2d(Op.Conv2d op, Tensor g, Backward to) {
    if (to.needs(0)) {
      Tensor gradX = empty(g, op.xShape());
      kernels(g)
          .conv2dBackwardInput(
              op.weight().get(op).view(), g.view(), gradX.view(), op.window(), op.groups());
      to.give(0, gradX);
    }
    if (to.needs(1)) {
      Tensor gradWeight = empty(g, op.weightShape());
      kernels(g)
          .conv2dBackwardWeight(
              op.x().get(op).view(), g.view(), gradWeight.view(), op.window(), op.groups(), false);
      to.give(1, gradWeight);
    }
    if (to.needs(2)) {
      to.give(2, sumOfChannels(g));
    }
  }

  /** The sum of each channel of g[n, c, h, w]. */
  private static Tensor sumOfChannels(Tensor g) {
    View x = g.view();
    int channels = x.size(1);
    Tensor quads = empty(g, channels, x.size(0), Quads.terms(x.size(2), x.size(3)));
    kernels(g).sumQuads(x, quads.view());
    return reshape(reduce(Reduction.SUM, quads, channels, 1, 1), channels);
  }
}
