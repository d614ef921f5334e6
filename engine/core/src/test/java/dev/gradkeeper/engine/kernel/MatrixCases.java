package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.Views.random;
import static dev.gradkeeper.engine.kernel.Views.randomStrided;
import static dev.gradkeeper.engine.kernel.Views.transpose;
import static dev.gradkeeper.engine.kernel.Views.zeros;
import static dev.gradkeeper.engine.kernel.Views.zerosStrided;

import java.util.Arrays;

/** Reductions, products and classification. */
final class MatrixCases extends CaseList {
  MatrixCases() {
    reductions();
    products();
    classification();
  }

  private void reductions() {
    int[][][] shapes = {
      {{1}, {1}},
      {{20}, {1}},
      {{31}, {1}},
      {{32}, {1}},
      {{1031}, {1}},
      {{4, 100}, {4, 1}},
      {{4, 100}, {1, 100}},
      {{64, 10}, {1, 10}},
      {{3, 5, 7, 11}, {1, 5, 1, 1}},
      {{3, 5, 28, 28}, {1, 5, 1, 1}},
      {{3, 5, 7}, {1, 1, 1}},
      {{3, 5, 37}, {3, 1, 37}},
      {{2, 3, 5, 7}, {2, 1, 5, 1}},
      {{5, 1, 3, 1}, {5, 1, 1, 1}},
      {{}, {}},
      {{3, 0}, {3, 1}}
    };
    for (Reduction op : Reduction.values()) {
      for (int[][] s : shapes) {
        String name = "%s %s to %s".formatted(op, name(s[0]), name(s[1]));
        add(name, (k, t) -> out(zeros(t, s[1]), v -> k.reduce(op, random(t, 1, s[0]), v)));
        add(
            name + " strided",
            (k, t) -> out(zerosStrided(t, s[1]), v -> k.reduce(op, randomStrided(t, 1, s[0]), v)));
      }
    }
    for (int[] s : new int[][] {{1}, {37}, {5, 10}, {2, 3, 7}}) {
      int[] rows = Arrays.copyOf(s, s.length - 1);
      add(
          "argmax " + name(s),
          (k, t) -> out(zeros(DType.INT32, rows), v -> k.argmax(random(t, 1, s), v)));
    }
  }

  private void products() {
    int[][] sizes = {
      {1, 1, 1},
      {20, 1, 1},
      {4, 10, 84},
      {4, 120, 400},
      {120, 400, 4},
      {7, 67, 29},
      {3, 5, 0},
      {33, 97, 300},
      {17, 1, 65},
      {1, 33, 17},
      {30, 70, 3},
      {2, 64, 16},
      {16, 13, 48},
      {70, 50, 45},
      {20, 21, 1030}
    };
    for (int[] s : sizes) {
      for (boolean accumulate : new boolean[] {false, true}) {
        for (int layout = 0; layout < 9; layout++) {
          int left = layout / 3;
          int right = layout % 3;
          add(
              "gemm %s layout %d%s".formatted(name(s), layout, accumulate ? " accumulated" : ""),
              (k, t) ->
                  out(
                      random(t, 3, s[0], s[1]),
                      v ->
                          k.gemm(
                              matrix(left, t, s[0], s[2]),
                              matrix(right, t, s[2], s[1]),
                              v,
                              accumulate)));
        }
      }
      add(
          "gemm into strided " + name(s),
          (k, t) ->
              out(
                  randomStrided(t, 3, s[0], s[1]),
                  v -> k.gemm(random(t, 1, s[0], s[2]), random(t, 2, s[2], s[1]), v, true)));
    }
    add(
        "gemm batches",
        (k, t) ->
            out(
                zeros(t, 2, 3, 5, 7),
                v -> k.gemm(random(t, 1, 2, 1, 5, 11), random(t, 2, 3, 11, 7), v, false)));
  }

  private void classification() {
    for (int[] s : new int[][] {{4, 10}, {1, 1}, {3, 37}, {2, 1000}, {2, 3, 7}}) {
      add(
          "log softmax " + name(s),
          (k, t) -> {
            View out = zeros(t, s);
            View gradX = zeros(t, s);
            k.logSoftmax(random(t, 1, s), out);
            k.logSoftmaxBackward(out, random(t, 2, s), gradX);
            return new View[] {out, gradX};
          });
      add(
          "log softmax strided " + name(s),
          (k, t) -> {
            View out = zerosStrided(t, s);
            View gradX = zerosStrided(t, s);
            k.logSoftmax(randomStrided(t, 1, s), out);
            k.logSoftmaxBackward(out, randomStrided(t, 2, s), gradX);
            return new View[] {out, gradX};
          });
    }
    add(
        "gather and scatter",
        (k, t) -> {
          View index = Views.classes(1, 10, 7);
          View chosen = zeros(t, 7);
          View spread = random(t, 2, 7, 10);
          k.gather(random(t, 1, 7, 10), index, chosen);
          k.scatter(random(t, 3, 7), index, spread);
          return new View[] {chosen, spread};
        });
  }

  private static View matrix(int layout, DType dtype, int rows, int columns) {
    return switch (layout) {
      case 0 -> random(dtype, rows, rows, columns);
      case 1 -> transpose(random(dtype, rows, columns, rows));
      default -> randomStrided(dtype, rows, rows, columns);
    };
  }
}
