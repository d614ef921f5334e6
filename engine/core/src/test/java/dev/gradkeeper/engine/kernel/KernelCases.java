package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.Views.random;
import static dev.gradkeeper.engine.kernel.Views.randomStrided;
import static dev.gradkeeper.engine.kernel.Views.transpose;
import static dev.gradkeeper.engine.kernel.Views.zeros;
import static dev.gradkeeper.engine.kernel.Views.zerosStrided;

import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls of every kernel on odd, prime and tiny sizes, dense and not. Each makes its own inputs, the
 * same ones every time, and returns what the kernel wrote.
 */
public final class KernelCases {
  /** One call. */
  public record Case(String name, Call call) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Runs a kernel on inputs of a dtype. */
  public interface Call {
    View[] run(Kernels kernels, DType dtype);
  }

  private static final int[][] SHAPES = {
    {1}, {7}, {16}, {33}, {1031}, {3, 5}, {5, 64}, {2, 3, 17}, {2, 0, 3}, {2, 3, 5, 7}
  };

  private final List<Case> cases = new ArrayList<>();

  private KernelCases() {}

  public static List<Case> all() {
    KernelCases all = new KernelCases();
    all.movement();
    all.elementwise();
    all.reductions();
    all.products();
    all.convolutions();
    all.pooling();
    all.classification();
    all.optimizers();
    all.specialValues();
    return all.cases;
  }

  private void add(String name, Call call) {
    cases.add(new Case(name, call));
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
      new Shape(70, 1, 2, 40, 40, 1, new Window(3, 3, 2, 2, 1, 1, 2, 2))
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

  private void optimizers() {
    for (int i = 0; i < 32; i++) {
      SgdStep step = new SgdStep();
      step.lr = 0.013;
      step.momentum = (i & 1) == 0 ? 0 : 0.9;
      step.dampening = (i & 2) == 0 ? 0 : 0.1;
      step.weightDecay = (i & 4) == 0 ? 0 : 0.01;
      step.nesterov = (i & 8) != 0;
      step.maximize = (i & 16) != 0;
      add(
          "sgd, options " + i,
          (k, t) -> {
            View p = random(t, 1, 3, 701);
            View buffer = step.momentum == 0 ? null : random(t, 2, 3, 701);
            for (int s = 0; s < 3; s++) {
              step.first = s == 0;
              k.sgd(step, p, random(t, 3 + s, 3, 701), buffer);
            }
            return buffer == null ? new View[] {p} : new View[] {p, buffer};
          });
    }
    add(
        "sgd strided",
        (k, t) -> {
          SgdStep step = new SgdStep();
          step.lr = 0.1;
          step.momentum = 0.5;
          View p = randomStrided(t, 1, 3, 7);
          View buffer = randomStrided(t, 2, 3, 7);
          k.sgd(step, p, transpose(random(t, 3, 7, 3)), buffer);
          return new View[] {p, buffer};
        });
    for (int i = 0; i < 8; i++) {
      AdamStep step = new AdamStep();
      step.lr = 0.013;
      step.beta1 = 0.9;
      step.beta2 = 0.999;
      step.eps = 1e-8;
      step.weightDecay = (i & 1) == 0 ? 0 : 0.01;
      step.maximize = (i & 2) != 0;
      int[] shape = (i & 4) != 0 ? new int[] {3, 701} : new int[] {5};
      add(
          "adam, options " + i,
          (k, t) -> {
            View p = random(t, 1, shape);
            View m = zeros(t, shape);
            View v = zeros(t, shape);
            for (int s = 1; s <= 3; s++) {
              step.step = s;
              k.adam(step, p, random(t, 1 + s, shape), m, v);
            }
            return new View[] {p, m, v};
          });
    }
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

  private static void set(View dense, int i, double value) {
    ((HeapStorage) dense.storage()).set(dense.offset() + i, value);
  }

  private static View matrix(View line, int rows, int columns) {
    return View.contiguous(line.storage(), line.offset(), rows, columns);
  }

  private interface Write {
    void to(View out);
  }

  private static View[] out(View out, Write write) {
    write.to(out);
    return new View[] {out};
  }

  private static View matrix(int layout, DType dtype, int rows, int columns) {
    return switch (layout) {
      case 0 -> random(dtype, rows, rows, columns);
      case 1 -> transpose(random(dtype, rows, columns, rows));
      default -> randomStrided(dtype, rows, rows, columns);
    };
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

  /** The bits of every element, row-major; all NaNs are one. */
  public static long[] bits(View[] views) {
    return Arrays.stream(views)
        .flatMapToDouble(view -> Arrays.stream(Views.values(view)))
        .mapToLong(Double::doubleToLongBits)
        .toArray();
  }

  /** All of a view's storage: what lies around a view must stay untouched. */
  public static double[] memory(View view) {
    HeapStorage storage = (HeapStorage) view.storage();
    double[] all = new double[storage.length()];
    for (int i = 0; i < all.length; i++) {
      all[i] = storage.get(i);
    }
    return all;
  }

  private static String name(int[] shape) {
    return Arrays.toString(shape);
  }
}
