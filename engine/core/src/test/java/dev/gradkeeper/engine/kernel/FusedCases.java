package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.Views.random;
import static dev.gradkeeper.engine.kernel.Views.zeros;

import dev.gradkeeper.engine.kernel.ElementwiseChain.Affine;
import dev.gradkeeper.engine.kernel.ElementwiseChain.Combine;
import dev.gradkeeper.engine.kernel.ElementwiseChain.Link;
import dev.gradkeeper.engine.kernel.ElementwiseChain.Map;
import dev.gradkeeper.engine.kernel.KernelCases.Case;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Calls of the fused kernels, whose scratch is not looked at. */
public final class FusedCases extends CaseList {
  private record Conv(
      int n, int in, int out, int h, int w, int groups, Window window, Window pool) {}

  private FusedCases() {
    convolutions();
    linear();
    crossEntropy();
    squaredError();
    chains();
    norms();
  }

  public static List<Case> all() {
    return new FusedCases().cases();
  }

  private void convolutions() {
    Window two = Window.square(2, 2);
    Window overlapping = Window.square(3, 2);
    Window padded = new Window(3, 3, 1, 2, 1, 1, 1, 1);
    Window five = Window.square(5, 1);
    Conv[] shapes = {
      new Conv(4, 3, 6, 32, 32, 1, five, two),
      new Conv(3, 6, 16, 14, 14, 1, five, two),
      new Conv(2, 1, 5, 28, 28, 1, new Window(5, 5, 1, 1, 2, 2, 1, 1), two),
      new Conv(2, 3, 4, 11, 9, 1, Window.square(3, 1), two),
      new Conv(2, 3, 4, 11, 9, 1, Window.square(3, 1), null),
      new Conv(2, 8, 9, 13, 17, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1), overlapping),
      new Conv(2, 8, 9, 13, 17, 1, new Window(3, 3, 2, 2, 1, 1, 1, 1), null),
      new Conv(3, 4, 6, 9, 8, 2, new Window(3, 2, 2, 1, 1, 0, 1, 2), padded),
      new Conv(3, 2, 1, 13, 12, 1, Window.square(3, 1), two),
      new Conv(2, 3, 2, 7, 7, 1, Window.square(3, 1), two),
      new Conv(2, 2, 3, 10, 45, 1, Window.square(3, 1), two),
      new Conv(2, 9, 2, 6, 70, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1), two),
      new Conv(2, 4, 6, 15, 14, 2, new Window(3, 2, 2, 1, 1, 0, 1, 2), two),
      new Conv(1, 2, 3, 8, 8, 1, new Window(1, 1, 1, 1, 0, 0, 1, 1), two),
      new Conv(2, 8, 32, 10, 10, 2, new Window(3, 3, 1, 1, 1, 1, 1, 1), two),
      new Conv(2, 4, 16, 9, 8, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1), two),
      new Conv(2, 4, 32, 9, 8, 1, new Window(3, 3, 1, 1, 1, 1, 1, 1), null),
      new Conv(1, 2, 16, 16, 26, 1, Window.square(9, 1), two),
      new Conv(3, 2, 1, 13, 13, 1, Window.square(3, 1), two),
      new Conv(2, 3, 4, 9, 8, 1, Window.square(3, 1), two),
      new Conv(1, 1, 1, 4, 4, 1, Window.square(3, 1), two),
      new Conv(1, 1, 3, 5, 5, 1, Window.square(3, 1), two),
      new Conv(3, 2, 5, 41, 30, 1, Window.square(3, 1), two)
    };
    for (Conv s : shapes) {
      for (boolean bias : new boolean[] {true, false}) {
        for (boolean special : new boolean[] {false, true}) {
          add(
              "convolution block %s%s%s"
                  .formatted(s, bias ? "" : " without bias", special ? " of special values" : ""),
              (k, t) -> forward(k, t, s, bias, special));
        }
        for (boolean inputGradient : new boolean[] {true, false}) {
          for (boolean accumulate : new boolean[] {false, true}) {
            add(
                "convolution block gradients %s%s%s%s"
                    .formatted(
                        s,
                        bias ? "" : " without bias",
                        inputGradient ? "" : " without input gradient",
                        accumulate ? " accumulated" : ""),
                (k, t) -> backward(k, t, s, bias, inputGradient, accumulate, false));
          }
        }
        for (boolean inputGradient : new boolean[] {true, false}) {
          add(
              "convolution block gradients %s of special values%s%s"
                  .formatted(
                      s,
                      bias ? "" : " without bias",
                      inputGradient ? "" : " of the gradient, without input gradient"),
              (k, t) -> backward(k, t, s, bias, inputGradient, false, true));
        }
      }
    }
  }

  private static ConvBlock block(DType t, Conv s, boolean bias, boolean special) {
    Window w = s.window;
    View x = random(t, 1, s.n, s.in, s.h, s.w);
    if (special) {
      sprinkle(x);
    }
    View weight = random(t, 2, s.out, s.in / s.groups, w.kernelHeight(), w.kernelWidth());
    View b = bias ? random(t, 3, s.out) : null;
    int[] y = {s.n, s.out, w.outputHeight(s.h), w.outputWidth(s.w)};
    if (s.pool == null) {
      return new ConvBlock(x, weight, b, w, s.groups, random(t, 4, y));
    }
    int[] p = {s.n, s.out, s.pool.outputHeight(y[2]), s.pool.outputWidth(y[3])};
    return new ConvBlock(
        x, weight, b, w, s.groups, random(t, 4, y), s.pool, random(t, 5, p), zeros(DType.INT32, p));
  }

  private static View[] forward(Kernels k, DType t, Conv s, boolean bias, boolean special) {
    ConvBlock block = block(t, s, bias, special);
    k.convBlock(block);
    return present(block.out(), block.indices());
  }

  private static View[] backward(
      Kernels k,
      DType t,
      Conv s,
      boolean bias,
      boolean inputGradient,
      boolean accumulate,
      boolean special) {
    ConvBlock block = block(t, s, bias, special && inputGradient);
    k.convBlock(block);
    View gradOut = random(t, 6, block.out().sizes());
    if (special) {
      sprinkle(gradOut);
    }
    View y = block.activated();
    View masked = s.pool == null && accumulate ? gradOut : random(t, 7, block.out().sizes());
    ConvBlock.Gradients gradients =
        new ConvBlock.Gradients(
            gradOut,
            masked,
            s.pool == null ? masked : random(t, 8, y.sizes()),
            inputGradient ? random(t, 9, block.x().sizes()) : null,
            random(t, 10, block.weight().sizes()),
            bias ? random(t, 11, s.out, s.n, Quads.terms(y.size(2), y.size(3))) : null,
            bias ? random(t, 12, s.out, 1, 1) : null,
            accumulate);
    k.convBlockBackward(block, gradients);
    return present(gradients.gradX(), gradients.gradWeight(), gradients.gradBias());
  }

  private void linear() {
    for (int[] s :
        new int[][] {
          {4, 120, 400},
          {1, 1, 1},
          {20, 1, 1},
          {64, 33, 17},
          {3, 10, 84},
          {2, 3, 37},
          {17, 5, 3},
          {31, 1, 8}
        }) {
      for (boolean bias : new boolean[] {true, false}) {
        for (boolean relu : new boolean[] {true, false}) {
          add(
              "linear block %d×%d of %d%s%s"
                  .formatted(s[0], s[1], s[2], bias ? "" : " without bias", relu ? ", relu" : ""),
              (k, t) -> {
                View b = random(t, 3, s[1]);
                View out = random(t, 4, s[0], s[1]);
                k.linearBlock(
                    new LinearBlock(
                        random(t, 1, s[0], s[2]),
                        Views.transpose(random(t, 2, s[1], s[2])),
                        bias
                            ? new View(b.storage(), b.offset(), out.sizes(), new int[] {0, 1})
                            : null,
                        relu,
                        out));
                return present(out);
              });
        }
      }
    }
  }

  private void crossEntropy() {
    for (int[] s : new int[][] {{4, 10}, {1, 1}, {3, 37}, {128, 10}, {2, 1000}}) {
      add(
          "cross-entropy of %d×%d".formatted(s[0], s[1]),
          (k, t) -> {
            CrossEntropy loss =
                new CrossEntropy(
                    random(t, 1, s),
                    Views.classes(2, s[1], s[0]),
                    random(t, 3, s),
                    random(t, 4, s[0]),
                    random(t, 5, 1));
            View one = random(t, 6, 1);
            View value = new View(one.storage(), one.offset(), new int[] {s[0]}, new int[] {0});
            CrossEntropy.Gradient gradient =
                new CrossEntropy.Gradient(value, random(t, 7, s), random(t, 8, s));
            k.crossEntropy(loss);
            k.crossEntropyBackward(loss, gradient);
            return present(loss.logProbabilities(), loss.sum(), gradient.gradX());
          });
    }
  }

  private void squaredError() {
    for (int[] s : new int[][] {{20, 1}, {1, 1}, {31, 1}, {4, 8}, {64, 10}}) {
      for (boolean special : new boolean[] {false, true}) {
        add(
            "squared error of %d×%d%s".formatted(s[0], s[1], special ? ", special values" : ""),
            (k, t) -> {
              View input = random(t, 1, s);
              if (special) {
                sprinkle(input);
              }
              SquaredError error =
                  new SquaredError(input, random(t, 2, s), random(t, 3, s), random(t, 4, 1, 1));
              k.squaredError(error);
              return present(error.difference(), error.sum());
            });
      }
    }
  }

  private void chains() {
    for (int[] s : new int[][] {{20, 1}, {1}, {}, {4, 8}, {33}, {3, 1031}}) {
      for (boolean special : new boolean[] {false, true}) {
        for (boolean inPlace : new boolean[] {false, true}) {
          chain(
              "two scalings",
              s,
              special,
              inPlace,
              _ -> List.of(new Affine(0.1, -0.0), new Affine(0.5, 1)));
          chain(
              "gradients of dropout and tanh",
              s,
              special,
              inPlace,
              t ->
                  List.of(
                      new Combine(Binary.MUL, random(t, 2, s), true),
                      new Combine(Binary.TANH_BACKWARD, random(t, 3, s), true)));
          chain(
              "sigmoid, quotient, difference, root",
              s,
              special,
              inPlace,
              t ->
                  List.of(
                      new Map(Unary.SIGMOID),
                      new Combine(Binary.DIV, random(t, 2, s), false),
                      new Combine(Binary.SUB, random(t, 3, s), true),
                      new Map(Unary.SQRT)));
        }
      }
    }
  }

  private void chain(
      String name, int[] s, boolean special, boolean inPlace, Function<DType, List<Link>> links) {
    add(
        "chain of %s over %s%s%s"
            .formatted(
                name,
                Arrays.toString(s),
                special ? ", special values" : "",
                inPlace ? ", in place" : ""),
        (k, t) -> {
          View in = random(t, 1, s);
          if (special) {
            sprinkle(in);
          }
          View out = inPlace ? in : random(t, 4, s);
          k.elementwise(new ElementwiseChain(in, links.apply(t).toArray(Link[]::new), out));
          return present(out);
        });
  }

  private void norms() {
    int[][][] models = {{{1, 1}, {1}}, {{6, 3, 5, 5}, {6}, {10, 84}, {10}}, {{1000}}};
    for (int[][] shapes : models) {
      for (boolean special : new boolean[] {false, true}) {
        for (boolean flat : new boolean[] {false, true}) {
          add(
              "norm of %d parts%s%s"
                  .formatted(
                      shapes.length,
                      special ? ", special values" : "",
                      flat ? ", in one memory" : ""),
              (k, t) -> {
                View[] parts = flat ? Views.parts(t, 2, shapes) : new View[shapes.length];
                for (int i = 0; i < parts.length; i++) {
                  if (!flat) {
                    parts[i] = random(t, 2 + i, shapes[i]);
                  }
                  if (special) {
                    sprinkle(parts[i]);
                  }
                }
                NormOfNorms norm = Views.norm(t, parts);
                k.normOfNorms(norm);
                return present(norm.norms(), norm.total());
              });
        }
      }
    }
  }

  private static View[] present(View... views) {
    return Stream.of(views).filter(Objects::nonNull).toArray(View[]::new);
  }

  /** Overwrites a few elements with zeros of both signs, infinities and NaN. */
  private static void sprinkle(View view) {
    double[] special = {0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    HeapStorage storage = (HeapStorage) view.storage();
    for (int i = 0; i < view.count(); i += 1 + view.count() / 17) {
      storage.set(view.offset() + i, special[i % special.length]);
    }
  }
}
