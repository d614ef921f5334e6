package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.Views.random;
import static dev.gradkeeper.engine.kernel.Views.transpose;
import static dev.gradkeeper.engine.kernel.Views.zeros;

import java.util.Arrays;

/** Zeros of both signs, subnormal numbers, infinities and NaN, and what is near to them. */
final class SpecialValueCases extends CaseList {
  SpecialValueCases() {
    specialValues();
  }

  private void specialValues() {
    for (Unary op : Unary.values()) {
      add(op + " of special values", (k, t) -> out(zeros(t, 361), v -> k.unary(op, left(t), v)));
    }
    for (Binary op : Binary.values()) {
      add(
          op + " of special values",
          (k, t) -> out(zeros(t, 361), v -> k.binary(op, left(t), right(t), v)));
      add(
          op + " of few special values",
          (k, t) ->
              out(
                  zeros(t, 1, 19),
                  v -> k.binary(op, matrix(left(t), 1, 19), matrix(right(t), 1, 19), v)));
    }
    for (double factor : new double[] {1e-38, -1e-38, -0.0, Double.NaN}) {
      add(
          "a special column times " + factor,
          (k, t) ->
              out(
                  zeros(t, 19, 1),
                  v ->
                      k.gemm(
                          matrix(right(t), 19, 1), matrix(Views.of(t, factor), 1, 1), v, false)));
    }
    add("affine of special values", (k, t) -> out(left(t), v -> k.affine(v, 0.3, 0, v)));
    add("axpy of special values", (k, t) -> out(left(t), v -> k.axpy(2, right(t), v)));
    add("clip special values by value", (k, t) -> out(left(t), v -> k.clipByValue(v, 1)));
    for (double norm : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
      add(
          "clip special values by norm " + norm,
          (k, t) -> out(left(t), v -> k.clipByNorm(v, Views.of(t, norm), 1)));
    }
    for (Reduction op : Reduction.values()) {
      add(
          op + " of special rows",
          (k, t) -> out(zeros(t, 19, 1), v -> k.reduce(op, matrix(left(t), 19, 19), v)));
      add(
          op + " of special columns",
          (k, t) -> out(zeros(t, 1, 19), v -> k.reduce(op, matrix(left(t), 19, 19), v)));
      add(
          op + " of special long rows",
          (k, t) -> out(zeros(t, 1, 1), v -> k.reduce(op, matrix(left(t), 19, 19), v)));
    }
    add(
        "argmax of special values",
        (k, t) -> out(zeros(DType.INT32, 19), v -> k.argmax(matrix(right(t), 19, 19), v)));
    add(
        "gemm of special values",
        (k, t) ->
            out(
                zeros(t, 19, 19),
                v -> k.gemm(matrix(left(t), 19, 19), matrix(right(t), 19, 19), v, false)));
    for (int rows : new int[] {3, 17}) {
      add(
          "linear of special values, rows " + rows,
          (k, t) ->
              out(
                  zeros(t, rows, 19),
                  v -> {
                    View a = matrix(left(t), rows, 19);
                    k.gemm(a, transpose(matrix(right(t), 19, 19)), v, false);
                  }));
    }
    for (Window w : new Window[] {Window.square(3, 1), new Window(3, 3, 2, 2, 1, 1, 1, 1)}) {
      int size = w.outputHeight(19);
      int[] y = {1, 1, size, size};
      add(
          "convolution of special values " + w,
          (k, t) -> {
            View x = View.contiguous(left(t).storage(), 3, 1, 1, 19, 19);
            View weight = View.contiguous(right(t).storage(), 3, 1, 1, 3, 3);
            View gradOut = View.contiguous(right(t).storage(), 3, y);
            View out = zeros(t, y);
            View gradX = zeros(t, x.sizes());
            View gradWeight = zeros(t, weight.sizes());
            k.conv2d(x, weight, null, out, w, 1);
            k.conv2dBackwardInput(weight, gradOut, gradX, w, 1);
            k.conv2dBackwardWeight(x, gradOut, gradWeight, w, 1, false);
            return new View[] {out, gradX, gradWeight};
          });
    }
    for (Window w : new Window[] {Window.square(2, 2), Window.square(3, 1)}) {
      int size = w.outputHeight(19);
      int[] y = {1, 1, size, size};
      add(
          "max pool of special values " + w,
          (k, t) -> {
            View x = View.contiguous(right(t).storage(), 3, 1, 1, 19, 19);
            View out = zeros(t, y);
            View indices = zeros(DType.INT32, y);
            k.maxPool2d(x, out, indices, w);
            return new View[] {out, indices};
          });
    }
    add(
        "sum quads of special values",
        (k, t) ->
            out(
                zeros(t, 1, 1, Quads.terms(19, 19)),
                v -> k.sumQuads(View.contiguous(right(t).storage(), 3, 1, 1, 19, 19), v)));
    add(
        "log softmax of special values",
        (k, t) -> out(zeros(t, 19, 19), v -> k.logSoftmax(matrix(right(t), 19, 19), v)));
    add(
        "sgd of special values",
        (k, t) -> {
          SgdStep step = new SgdStep();
          step.lr = 0.1;
          step.momentum = 0.9;
          View p = random(t, 1, 361);
          View buffer = right(t);
          k.sgd(step, p, left(t), buffer);
          return new View[] {p, buffer};
        });
    add(
        "adam of special values",
        (k, t) -> {
          AdamStep step = new AdamStep();
          step.lr = 0.1;
          step.beta1 = 0.9;
          step.beta2 = 0.99;
          step.eps = 1e-8;
          step.step = 2;
          View p = random(t, 1, 361);
          View m = random(t, 2, 361);
          View v = zeros(t, 361);
          k.adam(step, p, right(t), m, v);
          return new View[] {p, m, v};
        });
  }

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    1e-40f,
    -1e-39f,
    88.7f,
    -103.9f,
    0.625f,
    3e-20f,
    -1e-20f
  };

  /** Together with {@link #right} every pair of special values. */
  private static View left(DType dtype) {
    double[] values = new double[361];
    Arrays.setAll(values, i -> SPECIAL[i / 19]);
    return Views.of(dtype, values);
  }

  private static View right(DType dtype) {
    double[] values = new double[361];
    Arrays.setAll(values, i -> SPECIAL[i % 19]);
    return Views.of(dtype, values);
  }

  private static View matrix(View line, int rows, int columns) {
    return View.contiguous(line.storage(), line.offset(), rows, columns);
  }
}
