package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.Views.random;
import static dev.gradkeeper.engine.kernel.Views.randomStrided;
import static dev.gradkeeper.engine.kernel.Views.zeros;
import static dev.gradkeeper.engine.kernel.Views.zerosStrided;

import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/** Convolutions and poolings with their gradients. */
final class ConvolutionCases extends CaseList {
  ConvolutionCases() {
    convolutions();
    pooling();
    quads();
  }

  private void convolutions() {
    record Shape(int n, int in, int out, int h, int w, int groups, Window window) {}
    Shape[] shapes = {
      new Shape(4, 3, 6, 32, 32, 1, Window.square(5, 1)),
      new Shape(3, 6, 16, 14, 14, 1, Window.square(5, 1)),
      new Shape(2, 3, 4, 7, 9, 1, Window.square(3, 1)),
      new Shape(1, 1, 1, 5, 5, 1, Window.square(5, 1)),
      new Shape(3, 4, 6, 8, 7, 2, new Window(3, 2, 2, 1, 1, 0, 1, 2)),
      new Shape(2, 6, 6, 5, 11, 6, new Window(1, 3, 1, 3, 0, 2, 1, 2)),
      new Shape(2, 2, 3, 4, 4, 1, new Window(4, 4, 3, 3, 3, 3, 1, 1)),
      new Shape(2, 5, 7, 6, 6, 1, Window.square(1, 1)),
      new Shape(2, 8, 9, 13, 17, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1)),
      new Shape(2, 17, 20, 6, 5, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1)),
      new Shape(3, 40, 3, 4, 4, 1, new Window(2, 3, 1, 1, 1, 1, 1, 1)),
      new Shape(70, 1, 2, 40, 40, 1, new Window(3, 3, 2, 2, 1, 1, 2, 2)),
      // 16 channels at a time: 8 or 10 outputs, the last ones twice, in groups, too narrow, too
      // wide a window
      new Shape(2, 3, 16, 7, 16, 1, new Window(5, 5, 1, 1, 2, 2, 1, 1)),
      new Shape(2, 4, 16, 9, 15, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1)),
      new Shape(2, 4, 32, 9, 18, 2, new Window(2, 3, 1, 1, 1, 1, 2, 1)),
      new Shape(2, 3, 16, 1, 9, 1, new Window(1, 3, 1, 1, 0, 1, 1, 1)),
      new Shape(1, 2, 16, 6, 6, 1, Window.square(5, 1)),
      new Shape(1, 2, 16, 9, 18, 1, new Window(7, 7, 1, 1, 3, 3, 1, 1)),
      new Shape(1, 2, 16, 12, 24, 1, new Window(3, 3, 1, 2, 1, 1, 1, 1)),
      new Shape(1, 2, 16, 12, 24, 1, new Window(3, 3, 1, 1, 1, 2, 1, 2)),
      // alike but for one thing: kernels may keep what they worked out for a shape
      new Shape(2, 4, 4, 8, 8, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1)),
      new Shape(2, 4, 4, 8, 8, 1, Window.square(1, 1)),
      new Shape(2, 4, 4, 8, 8, 1, new Window(3, 3, 1, 1, 2, 2, 2, 2)),
      new Shape(2, 4, 4, 8, 8, 2, new Window(3, 3, 1, 1, 2, 2, 2, 2)),
      new Shape(2, 8, 4, 8, 8, 2, new Window(3, 3, 1, 1, 2, 2, 2, 2)),
      new Shape(2, 8, 6, 8, 8, 2, new Window(3, 3, 1, 1, 2, 2, 2, 2))
    };
    for (Shape s : shapes) {
      Window w = s.window;
      int[] x = {s.n, s.in, s.h, s.w};
      int[] weight = {s.out, s.in / s.groups, w.kernelHeight(), w.kernelWidth()};
      int[] y = {s.n, s.out, w.outputHeight(s.h), w.outputWidth(s.w)};
      add(
          "conv2d " + s,
          (k, t) ->
              out(
                  zeros(t, y),
                  v ->
                      k.conv2d(
                          random(t, 1, x),
                          random(t, 2, weight),
                          random(t, 3, s.out),
                          v,
                          w,
                          s.groups)));
      add(
          "conv2d without bias, strided " + s,
          (k, t) ->
              out(
                  zerosStrided(t, y),
                  v ->
                      k.conv2d(
                          randomStrided(t, 1, x), random(t, 2, weight), null, v, w, s.groups)));
      add(
          "conv2d input gradient " + s,
          (k, t) ->
              out(
                  random(t, 4, x),
                  v ->
                      k.conv2dBackwardInput(
                          random(t, 1, weight), random(t, 2, y), v, w, s.groups)));
      for (boolean accumulate : new boolean[] {false, true}) {
        add(
            "conv2d weight gradient %s%s".formatted(s, accumulate ? " accumulated" : ""),
            (k, t) ->
                out(
                    random(t, 4, weight),
                    v ->
                        k.conv2dBackwardWeight(
                            random(t, 1, x), random(t, 2, y), v, w, s.groups, accumulate)));
      }
      for (boolean finite : new boolean[] {true, false}) {
        add(
            "conv2d gradients of sparse %s%s".formatted(s, finite ? "" : " with special values"),
            (k, t) -> {
              View in = random(t, 1, x);
              View weights = random(t, 2, weight);
              View gradOut = Views.sparse(t, 3, y);
              if (!finite) {
                set(in, in.count() / 2, Float.NEGATIVE_INFINITY);
                set(weights, weights.count() / 2, Float.NaN);
                set(gradOut, 0, Float.POSITIVE_INFINITY);
              }
              View gradX = random(t, 4, x);
              View gradWeight = random(t, 5, weight);
              k.conv2dBackwardInput(weights, gradOut, gradX, w, s.groups);
              k.conv2dBackwardWeight(in, gradOut, gradWeight, w, s.groups, true);
              return new View[] {gradX, gradWeight};
            });
      }
      add(
          "conv2d gradients of sparse underflowing " + s,
          (k, t) -> {
            View in = random(t, 1, x);
            View weights = random(t, 2, weight);
            View gradOut = Views.sparse(t, 3, y);
            k.affine(gradOut, 1e-45, 0, gradOut);
            View gradX = random(t, 4, x);
            View gradWeight = random(t, 5, weight);
            k.conv2dBackwardInput(weights, gradOut, gradX, w, s.groups);
            k.conv2dBackwardWeight(in, gradOut, gradWeight, w, s.groups, false);
            return new View[] {gradX, gradWeight};
          });
      add(
          "conv2d weight gradient, strided " + s,
          (k, t) ->
              out(
                  zerosStrided(t, weight),
                  v ->
                      k.conv2dBackwardWeight(
                          randomStrided(t, 1, x), randomStrided(t, 2, y), v, w, s.groups, false)));
    }
  }

  private void pooling() {
    Window[] windows = {
      Window.square(2, 2), Window.square(3, 2), new Window(3, 2, 1, 2, 1, 1, 2, 1)
    };
    for (Window w : windows) {
      for (int[] s : new int[][] {{2, 3, 28, 28}, {1, 2, 10, 10}, {2, 1, 7, 11}, {1, 1, 6, 70}}) {
        int[] y = {s[0], s[1], w.outputHeight(s[2]), w.outputWidth(s[3])};
        add(
            "max pool %s of %s".formatted(w, name(s)),
            (k, t) -> {
              View out = zeros(t, y);
              View indices = zeros(DType.INT32, y);
              View gradX = random(t, 3, s);
              k.maxPool2d(random(t, 1, s), out, indices, w);
              k.maxPool2dBackward(random(t, 2, y), indices, gradX);
              return new View[] {out, indices, gradX};
            });
        add(
            "max pool strided %s of %s".formatted(w, name(s)),
            (k, t) -> {
              View out = zerosStrided(t, y);
              View indices = zerosStrided(DType.INT32, y);
              View gradX = randomStrided(t, 3, s);
              k.maxPool2d(randomStrided(t, 1, s), out, indices, w);
              k.maxPool2dBackward(randomStrided(t, 2, y), indices, gradX);
              return new View[] {out, indices, gradX};
            });
        Window plain =
            new Window(
                w.kernelHeight(),
                w.kernelWidth(),
                w.strideHeight(),
                w.strideWidth(),
                w.paddingHeight(),
                w.paddingWidth(),
                1,
                1);
        int[] mean = {s[0], s[1], plain.outputHeight(s[2]), plain.outputWidth(s[3])};
        add(
            "average pool %s of %s".formatted(plain, name(s)),
            (k, t) -> {
              View out = zeros(t, mean);
              View gradX = random(t, 3, s);
              k.avgPool2d(random(t, 1, s), out, plain);
              k.avgPool2dBackward(random(t, 2, mean), gradX, plain);
              return new View[] {out, gradX};
            });
      }
    }
  }

  private void quads() {
    int[][] shapes = {
      {4, 6, 28, 28},
      {3, 16, 10, 10},
      {2, 5, 11, 11},
      {2, 3, 7, 6},
      {3, 2, 6, 7},
      {5, 1, 9, 70},
      {1, 4, 1, 1},
      {2, 3, 1, 8},
      {2, 3, 9, 1},
      {3, 2, 131, 67}
    };
    for (int[] s : shapes) {
      int[] y = {s[1], s[0], Quads.terms(s[2], s[3])};
      add(
          "sum quads of " + name(s),
          (k, t) -> out(zeros(t, y), v -> k.sumQuads(random(t, 1, s), v)));
      add(
          "sum quads, strided, of " + name(s),
          (k, t) -> out(zerosStrided(t, y), v -> k.sumQuads(randomStrided(t, 1, s), v)));
    }
  }

  private static void set(View dense, int i, double value) {
    ((HeapStorage) dense.storage()).set(dense.offset() + i, value);
  }
}
