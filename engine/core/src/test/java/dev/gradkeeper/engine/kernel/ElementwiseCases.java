package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.Views.random;
import static dev.gradkeeper.engine.kernel.Views.randomStrided;
import static dev.gradkeeper.engine.kernel.Views.transpose;
import static dev.gradkeeper.engine.kernel.Views.zeros;
import static dev.gradkeeper.engine.kernel.Views.zerosStrided;

/** Filling, copying and elementwise kernels. */
final class ElementwiseCases extends CaseList {
  private static final int[][] SHAPES = {
    {1}, {7}, {16}, {33}, {1031}, {3, 5}, {5, 64}, {2, 3, 17}, {2, 0, 3}, {2, 3, 5, 7}
  };

  ElementwiseCases() {
    movement();
    elementwise();
  }

  private void movement() {
    for (int[] s : SHAPES) {
      add("fill " + name(s), (k, t) -> out(zeros(t, s), v -> k.fill(v, 0.1)));
      add("fill strided " + name(s), (k, t) -> out(zerosStrided(t, s), v -> k.fill(v, 0.1)));
      add("copy " + name(s), (k, t) -> out(zeros(t, s), v -> k.copy(random(t, 1, s), v)));
      add(
          "copy from strided " + name(s),
          (k, t) -> out(zeros(t, s), v -> k.copy(randomStrided(t, 1, s), v)));
    }
    add("copy row to matrix", (k, t) -> out(zeros(t, 5, 19), v -> k.copy(random(t, 1, 19), v)));
    add(
        "copy column to matrix",
        (k, t) -> out(zeros(t, 5, 19), v -> k.copy(random(t, 1, 5, 1), v)));
    add(
        "copy channel to images",
        (k, t) -> out(zeros(t, 2, 3, 5, 7), v -> k.copy(random(t, 1, 1, 3, 1, 1), v)));
    for (DType from : new DType[] {DType.UINT8, DType.INT32}) {
      View in = Views.classes(1, 256, 3, 37);
      add(
          "copy from " + from,
          (k, t) -> {
            View bytes = zeros(from, 3, 37);
            k.copy(in, bytes);
            return out(zeros(t, 3, 37), v -> k.copy(bytes, v));
          });
    }
  }

  private void elementwise() {
    for (Unary op : Unary.values()) {
      for (int[] s : SHAPES) {
        add(op + " " + name(s), (k, t) -> out(zeros(t, s), v -> k.unary(op, random(t, 1, s), v)));
      }
      add(
          op + " strided",
          (k, t) -> out(zerosStrided(t, 3, 19), v -> k.unary(op, randomStrided(t, 1, 3, 19), v)));
      add(op + " in place", (k, t) -> out(random(t, 1, 41), v -> k.unary(op, v, v)));
    }
    for (Binary op : Binary.values()) {
      for (int[] s : SHAPES) {
        add(
            op + " " + name(s),
            (k, t) -> out(zeros(t, s), v -> k.binary(op, random(t, 1, s), random(t, 2, s), v)));
      }
      for (int n : new int[] {20, 41}) {
        add(op + " in place " + n, (k, t) -> out(random(t, 1, n), v -> k.binary(op, v, v, v)));
      }
      int[][][] pairs = {
        {{5, 37}, {37}},
        {{37}, {5, 37}},
        {{5, 37}, {5, 1}},
        {{1, 37}, {5, 1}},
        {{5, 37}, {}},
        {{}, {2050}},
        {{19}, {}},
        {{1}, {32}},
        {{33}, {}},
        {{2, 3, 5, 7}, {3, 1, 1}}
      };
      for (int[][] pair : pairs) {
        int[] shape = broadcast(pair[0], pair[1]);
        add(
            op + " " + name(pair[0]) + " and " + name(pair[1]),
            (k, t) ->
                out(
                    zeros(t, shape),
                    v -> k.binary(op, random(t, 1, pair[0]), random(t, 2, pair[1]), v)));
      }
      add(
          op + " transposed",
          (k, t) ->
              out(
                  zeros(t, 5, 37),
                  v -> k.binary(op, transpose(random(t, 1, 37, 5)), random(t, 2, 5, 37), v)));
    }
    for (int[] s : SHAPES) {
      add(
          "affine " + name(s),
          (k, t) -> out(zeros(t, s), v -> k.affine(random(t, 1, s), 0.3, -1.7, v)));
      add("axpy " + name(s), (k, t) -> out(random(t, 2, s), v -> k.axpy(0.3, random(t, 1, s), v)));
      add(
          "axpy strided " + name(s),
          (k, t) -> out(random(t, 2, s), v -> k.axpy(1, randomStrided(t, 1, s), v)));
      add("clip by value " + name(s), (k, t) -> out(random(t, 2, s), v -> k.clipByValue(v, 0.7)));
      for (double max : new double[] {0.3, 100}) {
        add(
            "clip by norm %s to %s".formatted(name(s), max),
            (k, t) -> out(random(t, 2, s), v -> k.clipByNorm(v, Views.of(t, 1.7), max)));
      }
    }
  }

  private static int[] broadcast(int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int d = 1; d <= shape.length; d++) {
      int left = d <= a.length ? a[a.length - d] : 1;
      int right = d <= b.length ? b[b.length - d] : 1;
      shape[shape.length - d] = Math.max(left, right);
    }
    return shape;
  }
}
