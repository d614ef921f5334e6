package dev.gradkeeper.engine.autograd;

import static dev.gradkeeper.engine.autograd.Functional.avgPool2d;
import static dev.gradkeeper.engine.autograd.Functional.conv2d;
import static dev.gradkeeper.engine.autograd.Functional.crossEntropy;
import static dev.gradkeeper.engine.autograd.Functional.dropout;
import static dev.gradkeeper.engine.autograd.Functional.linear;
import static dev.gradkeeper.engine.autograd.Functional.logSoftmax;
import static dev.gradkeeper.engine.autograd.Functional.maxPool2d;
import static dev.gradkeeper.engine.autograd.Functional.mseLoss;
import static dev.gradkeeper.engine.autograd.Functional.nllLoss;
import static dev.gradkeeper.engine.autograd.GradCheck.distinct;
import static dev.gradkeeper.engine.autograd.GradCheck.normal;
import static dev.gradkeeper.engine.autograd.GradCheck.positive;
import static dev.gradkeeper.engine.autograd.TensorMath.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient of every operation, in float64, against central differences. */
class GradientsTest {
  record Case(String name, Function<Tensor[], Tensor> f, Tensor... inputs) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case c(String name, Function<Tensor[], Tensor> f, Tensor... inputs) {
    return new Case(name, f, inputs);
  }

  static Stream<Case> elementwise() {
    return Stream.of(
        c("add", t -> add(t[0], t[1]), normal(3, 4), normal(3, 4)),
        c("add, a row", t -> add(t[0], t[1]), normal(3, 4), normal(4)),
        c("add, column and row", t -> add(t[0], t[1]), normal(3, 1), normal(1, 4)),
        c("add, a plane from the left", t -> add(t[0], t[1]), normal(3, 1), normal(2, 3, 4)),
        c("add, a scalar tensor", t -> add(t[0], t[1]), normal(2, 3), normal()),
        c("add, a number", t -> add(t[0], 2.5), normal(2, 3)),
        c("sub", t -> sub(t[0], t[1]), normal(2, 3), normal(3)),
        c("sub, a number", t -> sub(t[0], 2.5), normal(2, 3)),
        c("mul", t -> mul(t[0], t[1]), normal(2, 3, 4), normal(3, 1)),
        c("mul, by itself", t -> mul(t[0], t[0]), normal(5)),
        c("mul, a number", t -> mul(t[0], -3), normal(5)),
        c("div", t -> div(t[0], t[1]), normal(3, 4), positive(4)),
        c("div, of a scalar tensor", t -> div(t[0], t[1]), normal(), positive(3, 2)),
        c("div, a number", t -> div(t[0], 3), normal(5)),
        c("neg", t -> neg(t[0]), normal(5)),
        c("pow 1", t -> pow(t[0], 1), normal(5)),
        c("pow 2", t -> pow(t[0], 2), normal(5)),
        c("pow 5", t -> pow(t[0], 5), normal(5)),
        c("pow -3", t -> pow(t[0], -3), positive(5)),
        c("square", t -> square(t[0]), normal(5)),
        c("sqrt", t -> sqrt(t[0]), positive(5)),
        c("reciprocal", t -> reciprocal(t[0]), positive(5)),
        c("abs", t -> abs(t[0]), distinct(6)),
        c("exp", t -> exp(t[0]), normal(5)),
        c("log", t -> log(t[0]), positive(5)),
        c("tanh", t -> tanh(t[0]), normal(5)),
        c("sigmoid", t -> sigmoid(t[0]), normal(5)),
        c("relu", t -> relu(t[0]), distinct(3, 4)),
        c("dropout", t -> dropout(t[0], 0.4, true, new Generator(1)), normal(20)));
  }

  static Stream<Case> shapes() {
    return Stream.of(
        c("reshape", t -> reshape(t[0], 4, -1), normal(2, 3, 4)),
        c("reshape, of a transposed one", t -> reshape(transpose(t[0], 0, 1), 12), normal(3, 4)),
        c("view", t -> view(t[0], 3, 8), normal(2, 3, 4)),
        c("flatten", t -> flatten(t[0], 1, 2), normal(2, 3, 4, 2)),
        c("transpose", t -> mul(transpose(t[0], 0, -1), t[1]), normal(2, 3, 4), normal(4, 3, 2)),
        c("narrow", t -> narrow(t[0], 1, 2, 3), normal(2, 6)),
        c("narrow, twice over", t -> add(narrow(t[0], 0, 0, 3), narrow(t[0], 0, 1, 3)), normal(4)),
        c("select", t -> select(t[0], 1, 2), normal(2, 3, 4)),
        c("expand", t -> expand(t[0], 2, 3, 4), normal(3, 1)));
  }

  static Stream<Case> reductions() {
    return Stream.of(
        c("sum", t -> sum(t[0]), normal(3, 4)),
        c("sum, of a scalar", t -> sum(t[0]), normal()),
        c("sum, of dimensions", t -> sum(t[0], false, 0, 2), normal(2, 3, 4)),
        c("sum, kept", t -> sum(t[0], true, -2), normal(2, 3, 4)),
        c("sum, of a transposed one", t -> sum(transpose(t[0], 0, 1), false, 1), normal(3, 4)),
        c("mean", t -> mean(t[0]), normal(3, 4)),
        c("mean, of dimensions", t -> mean(t[0], false, 1), normal(2, 3, 4)),
        c("mean, kept", t -> mean(t[0], true, 0, 1), normal(2, 3, 4)));
  }

  static Stream<Case> products() {
    return Stream.of(
        c("matmul", t -> matmul(t[0], t[1]), normal(3, 4), normal(4, 5)),
        c("matmul, vectors", t -> matmul(t[0], t[1]), normal(4), normal(4)),
        c("matmul, matrix and vector", t -> matmul(t[0], t[1]), normal(3, 4), normal(4)),
        c("matmul, vector and matrix", t -> matmul(t[0], t[1]), normal(4), normal(4, 5)),
        c(
            "matmul, transposed",
            t -> matmul(t[0], transpose(t[1], 0, 1)),
            normal(3, 4),
            normal(5, 4)),
        c("matmul, batch and matrix", t -> matmul(t[0], t[1]), normal(2, 3, 4), normal(4, 5)),
        c("matmul, batch and vector", t -> matmul(t[0], t[1]), normal(2, 3, 4), normal(4)),
        c(
            "matmul, broadcast batches",
            t -> matmul(t[0], t[1]),
            normal(2, 1, 3, 4),
            normal(5, 4, 2)),
        c("linear", t -> linear(t[0], t[1], t[2]), normal(5, 3), normal(4, 3), normal(4)),
        c("linear, no bias", t -> linear(t[0], t[1], null), normal(5, 3), normal(4, 3)),
        c("linear, a vector", t -> linear(t[0], t[1], t[2]), normal(3), normal(4, 3), normal(4)),
        c(
            "linear, three dimensions",
            t -> linear(t[0], t[1], t[2]),
            normal(2, 5, 3),
            normal(4, 3),
            normal(4)),
        c(
            "linear, a transposed input",
            t -> linear(transpose(t[0], 0, 1), t[1], t[2]),
            normal(3, 5),
            normal(4, 3),
            normal(4)));
  }

  static Stream<Case> images() {
    Window plain = Window.of(3, 2);
    Window strided = Window.of(3, 3).withStride(2, 1).withPadding(1, 2).withDilation(2, 1);
    Window pool = Window.of(3, 2).withStride(2, 1).withPadding(1, 1);
    return Stream.of(
        c(
            "conv2d",
            t -> conv2d(t[0], t[1], t[2], plain, 1),
            normal(2, 3, 5, 4),
            normal(4, 3, 3, 2),
            normal(4)),
        c("conv2d, no bias", t -> conv2d(t[0], t[1], null), normal(1, 2, 4, 4), normal(3, 2, 3, 3)),
        c(
            "conv2d, stride, padding, dilation",
            t -> conv2d(t[0], t[1], t[2], strided, 1),
            normal(2, 2, 7, 5),
            normal(3, 2, 3, 3),
            normal(3)),
        c(
            "conv2d, groups",
            t -> conv2d(t[0], t[1], t[2], strided, 2),
            normal(2, 4, 6, 5),
            normal(6, 2, 3, 3),
            normal(6)),
        c(
            "conv2d, depthwise",
            t -> conv2d(t[0], t[1], t[2], plain, 3),
            normal(2, 3, 4, 4),
            normal(3, 1, 3, 2),
            normal(3)),
        c(
            "conv2d, a transposed input",
            t -> conv2d(transpose(t[0], 2, 3), t[1], t[2], plain, 1),
            normal(1, 2, 4, 5),
            normal(2, 2, 3, 2),
            normal(2)),
        c("maxPool2d", t -> maxPool2d(t[0], Window.square(2, 2)), distinct(2, 3, 4, 5)),
        c("maxPool2d, overlapping", t -> maxPool2d(t[0], pool), distinct(1, 2, 5, 6)),
        c(
            "maxPool2d, dilated",
            t -> maxPool2d(t[0], Window.of(2, 2).withDilation(2, 3)),
            distinct(1, 1, 5, 6)),
        c("avgPool2d", t -> avgPool2d(t[0], Window.square(2, 2)), normal(2, 3, 4, 5)),
        c("avgPool2d, overlapping", t -> avgPool2d(t[0], pool), normal(1, 2, 5, 6)));
  }

  static Stream<Case> losses() {
    Tensor classes = Tensor.of(new int[] {3, 0, 1});
    return Stream.of(
        c("mseLoss", t -> mseLoss(t[0], t[1]), normal(3, 4), normal(3, 4)),
        c(
            "mseLoss, sum",
            t -> mseLoss(t[0], t[1], LossReduction.SUM),
            normal(3, 4),
            distinct(3, 4)),
        c("logSoftmax", t -> logSoftmax(t[0]), normal(3, 4)),
        c("nllLoss", t -> nllLoss(t[0], classes), normal(3, 4)),
        c("nllLoss, sum", t -> nllLoss(t[0], classes, LossReduction.SUM), normal(3, 4)),
        c("crossEntropy", t -> crossEntropy(t[0], classes), normal(3, 4)),
        c("crossEntropy, sum", t -> crossEntropy(t[0], classes, LossReduction.SUM), normal(3, 4)));
  }

  /** A tensor of several uses, and a network of everything. */
  static Stream<Case> compositions() {
    return Stream.of(
        c("three uses", t -> add(mul(t[0], exp(t[0])), sum(t[0])), normal(4)),
        c("shared subexpression", t -> shared(tanh(t[0]), t[1]), normal(3, 3), normal(3, 3)),
        c(
            "network",
            t ->
                crossEntropy(
                    linear(
                        flatten(
                            maxPool2d(sigmoid(conv2d(t[0], t[1], t[2])), Window.square(2, 2)),
                            1,
                            -1),
                        t[3],
                        null),
                    Tensor.of(new int[] {1, 0})),
            normal(2, 1, 5, 5),
            normal(2, 1, 2, 2),
            normal(2),
            normal(3, 8)));
  }

  private static Tensor shared(Tensor h, Tensor w) {
    return matmul(add(h, w), sub(h, mul(h, w)));
  }

  static Stream<Case> all() {
    return Stream.of(
            elementwise(), shapes(), reductions(), products(), images(), losses(), compositions())
        .flatMap(cases -> cases);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void equalsTheCentralDifference(Case c) {
    GradCheck.check(c.f(), c.inputs());
  }

  @Test
  void everyOperationIsChecked() {
    Set<Class<?>> checked = new HashSet<>();
    all()
        .forEach(
            c -> {
              for (Tensor input : c.inputs()) {
                input.requiresGrad(true);
              }
              collect((Node) c.f().apply(c.inputs()).gradientFunction(), checked);
            });
    assertThat(checked).containsExactlyInAnyOrder(Op.class.getPermittedSubclasses());
  }

  private static void collect(Node node, Set<Class<?>> operations) {
    if (node instanceof OpNode operation) {
      operations.add(operation.op().getClass());
      for (Node input : operation.inputs) {
        collect(input, operations);
      }
    }
  }
}
