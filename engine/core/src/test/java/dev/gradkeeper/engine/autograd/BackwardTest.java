package dev.gradkeeper.engine.autograd;

import static dev.gradkeeper.engine.autograd.Functional.conv2d;
import static dev.gradkeeper.engine.autograd.Functional.linear;
import static dev.gradkeeper.engine.autograd.GradMode.detectAnomaly;
import static dev.gradkeeper.engine.autograd.GradMode.enableGrad;
import static dev.gradkeeper.engine.autograd.GradMode.noGrad;
import static dev.gradkeeper.engine.autograd.TensorMath.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The semantics of PyTorch's autograd, one rule a test. */
class BackwardTest {
  private static Tensor leaf(float... values) {
    return Tensor.of(values).requiresGrad(true);
  }

  @Test
  void gradientsAccumulateInTheSameTensor() {
    Tensor x = leaf(3);
    square(x).backward();
    Tensor first = x.grad();
    square(x).backward();

    assertThat(x.grad()).isSameAs(first);
    assertThat(x.grad().item()).isEqualTo(12);
    assertThat(first.version()).as("an addition in place counts").isEqualTo(1);

    x.zeroGrad(false);
    assertThat(x.grad()).isSameAs(first);
    assertThat(first.item()).isEqualTo(0);

    x.zeroGrad();
    assertThat(x.grad()).isNull();
  }

  /** (1e8 + -1e8) + 1 and 1e8 + (-1e8 + 1) differ in float32: the latest use comes first. */
  @Test
  void theUsesOfATensorAreSummedLatestFirst() {
    Tensor x = leaf(1);
    Tensor first = mul(x, 1);
    Tensor second = mul(x, -1e8);
    Tensor third = mul(x, 1e8);
    add(add(first, second), third).backward();
    assertThat(x.grad().item()).isEqualTo(1);

    x.zeroGrad();
    Tensor one = mul(x, 1e8);
    Tensor two = mul(x, -1e8);
    Tensor three = mul(x, 1);
    add(add(one, two), three).backward();
    assertThat(x.grad().item()).isEqualTo(0);
  }

  /** The two uses are summed before they meet what was there: 1e8 + (1 + -1e8), not 1. */
  @Test
  void aLeafGetsTheSumOfAPassAtOnce() {
    Tensor x = leaf(1);
    x.setGrad(Tensor.of(new float[] {1e8f}));
    Tensor small = mul(x, 1);
    Tensor large = mul(x, -1e8);
    add(small, large).backward();
    assertThat(x.grad().item()).isEqualTo(0);
  }

  @Test
  void aGradientThatOthersHoldIsCopied() {
    Tensor a = leaf(1, 2);
    Tensor b = leaf(3, 4);
    Tensor seed = Tensor.of(new float[] {5, 6});
    add(a, b).backward(seed);
    a.grad().fill(0);

    assertThat(b.grad().toFloatArray()).containsExactly(5, 6);
    assertThat(seed.toFloatArray()).containsExactly(5, 6);
  }

  @Test
  void aLeafIsItsOwnGraph() {
    Tensor x = leaf(7);
    x.backward();
    x.backward();
    assertThat(x.grad().item()).isEqualTo(2);
  }

  @Test
  void aSecondPassNeedsTheGraphRetained() {
    Tensor x = leaf(3);
    Tensor y = square(x);
    y.backward(null, true);
    y.backward();
    assertThat(x.grad().item()).isEqualTo(12);

    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessageContaining("square")
        .withMessageContaining("retainGraph");
    assertThat(x.grad().item()).isEqualTo(12);
  }

  /** As in PyTorch: there is nothing to free. */
  @Test
  void whatSavesNothingCanBeWalkedAgain() {
    Tensor x = leaf(3);
    Tensor y = add(x, 1);
    y.backward();
    y.backward();
    assertThat(x.grad().item()).isEqualTo(2);
  }

  @Test
  void theDepthOfAGraphIsNotLimitedByTheStack() {
    Tensor x = leaf(0);
    Tensor y = x;
    for (int i = 0; i < 100_000; i++) {
      y = add(y, x);
    }
    y.backward();
    assertThat(x.grad().item()).isEqualTo(100_001);
  }

  @Test
  void onlyAScalarHasAGradientOfItsOwn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> square(leaf(1, 2)).backward())
        .withMessageContaining("[2]");
    assertThatIllegalStateException().isThrownBy(() -> Tensor.scalar(1).backward());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> square(leaf(1, 2)).backward(Tensor.zeros(3)))
        .withMessageContaining("[3]")
        .withMessageContaining("[2]");
  }

  @Test
  void nothingIsRecordedWithoutNeed() {
    Tensor x = leaf(2);
    assertThat(square(Tensor.scalar(2)).isLeaf()).isTrue();
    assertThat(square(x.detach()).requiresGrad()).isFalse();
    try (var _ = noGrad()) {
      assertThat(square(x).requiresGrad()).isFalse();
      try (var _ = enableGrad()) {
        assertThat(square(x).requiresGrad()).isTrue();
      }
      assertThat(square(x).requiresGrad()).isFalse();
    }
    assertThat(square(x).requiresGrad()).isTrue();
  }

  @Test
  void noGradBelongsToItsThread() throws InterruptedException {
    Tensor x = leaf(2);
    List<Boolean> elsewhere = new ArrayList<>();
    try (var _ = noGrad()) {
      Thread.ofPlatform().start(() -> elsewhere.add(square(x).requiresGrad())).join();
    }
    assertThat(elsewhere).containsExactly(true);
  }

  @Test
  void theInputOfTheFirstLayerGetsNoGradientAndNothingIsSavedForIt() {
    Tensor x = Tensor.ones(1, 2, 4, 4);
    Tensor weight = Tensor.ones(3, 2, 2, 2).requiresGrad(true);
    Tensor out = conv2d(x, weight, null);
    OpNode node = (OpNode) out.gradientFunction();

    assertThat(node.inputs[0]).isNull();
    assertThat(((Op.Conv2d) node.op()).weight()).isNull();

    sum(out).backward();
    assertThat(x.grad()).isNull();
    assertThat(weight.grad().toFloatArray()).containsOnly(9);
  }

  // ---- in-place changes ----

  @Test
  void aSavedTensorMustNotChange() {
    Tensor x = leaf(1, 2);
    Tensor w = leaf(3, 4);
    Tensor y = sum(mul(x, w));
    try (var _ = noGrad()) {
      mulInPlace(w, 2);
    }
    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessageContaining("mul")
        .withMessageContaining("[2]")
        .withMessageContaining("version 1, expected 0");
  }

  @Test
  void viewsShareTheVersionOfTheirMemory() {
    Tensor x = leaf(1, 2, 3, 4);
    Tensor h = exp(x);
    narrow(h.detach(), 0, 0, 1).fill(0);
    assertThat(h.version()).isEqualTo(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> sum(h).backward())
        .withMessageContaining("exp");
  }

  @Test
  void whatNoGradientNeedsMayChange() {
    Tensor x = leaf(1, 2);
    Tensor factor = Tensor.of(new float[] {3, 4});
    Tensor y = sum(add(x, factor));
    factor.fill(0);
    y.backward();
    assertThat(x.grad().toFloatArray()).containsExactly(1, 1);
  }

  @Test
  void aLeafChangesInPlaceOutsideOfTheGraphAlone() {
    Tensor x = leaf(1, 2);
    assertThatIllegalStateException()
        .isThrownBy(() -> subInPlace(x, Tensor.scalar(1)))
        .withMessageContaining("noGrad");
    try (var _ = noGrad()) {
      subInPlace(x, Tensor.scalar(1));
    }
    assertThat(x.toFloatArray()).containsExactly(0, 1);
    assertThat(x.isLeaf()).isTrue();
  }

  // ---- hooks ----

  @Test
  void hooksSeeAndReplaceGradients() {
    Tensor x = leaf(3);
    Tensor y = square(x);
    List<Double> seen = new ArrayList<>();
    y.registerHook(
        g -> {
          seen.add(g.item());
          return mul(g, 10);
        });
    y.registerHook(
        g -> {
          seen.add(g.item());
          return null;
        });
    x.registerHook(g -> add(g, 1));

    mul(y, 2).backward();

    assertThat(seen).containsExactly(2.0, 20.0);
    assertThat(x.grad().item()).isEqualTo(20 * 6 + 1);
  }

  @Test
  void aHookOfALeafSeesTheSumOnceAndThePostHookTheResult() {
    Tensor x = leaf(3);
    List<Double> gradients = new ArrayList<>();
    List<Double> accumulated = new ArrayList<>();
    x.registerHook(
        g -> {
          gradients.add(g.item());
          return null;
        });
    x.registerPostAccumulateGradHook(leaf -> accumulated.add(leaf.grad().item()));

    add(mul(x, 2), mul(x, 5)).backward();
    mul(x, 1).backward();

    assertThat(gradients).containsExactly(7.0, 1.0);
    assertThat(accumulated).containsExactly(7.0, 8.0);
    assertThatIllegalStateException()
        .isThrownBy(() -> mul(x, 1).registerPostAccumulateGradHook(_ -> {}))
        .withMessageContaining("mul");
  }

  @Test
  void aHookCannotChangeTheShape() {
    Tensor y = square(leaf(3));
    y.registerHook(_ -> Tensor.zeros(2));
    assertThatIllegalArgumentException()
        .isThrownBy(y::backward)
        .withMessageContaining("hook")
        .withMessageContaining("[2]")
        .withMessageContaining("[1]");
  }

  @Test
  void aFailedPassLeavesTheGraphUsable() {
    Tensor x = leaf(3);
    Tensor h = square(x);
    Tensor y = mul(h, 2);
    boolean[] fail = {true};
    h.registerHook(
        g -> {
          if (fail[0]) {
            throw new IllegalStateException("hook fails");
          }
          return g;
        });
    assertThatIllegalStateException().isThrownBy(y::backward).withMessage("hook fails");
    fail[0] = false;
    y.backward();
    assertThat(x.grad().item()).isEqualTo(12);
  }

  @Test
  void aPassInsideAPassOverTheSameGraphIsRefused() {
    Tensor x = leaf(3);
    Tensor y = square(x);
    y.registerHook(
        g -> {
          y.backward(null, true);
          return g;
        });
    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessageContaining("another backward pass");
  }

  // ---- anomaly mode ----

  @Test
  void anomalyModeNamesTheOperationAndItsPlace() {
    Tensor x = leaf(-1, 4);
    Tensor loss;
    try (var _ = detectAnomaly()) {
      loss = sum(mul(sqrt(x), 0));
    }
    loss.backward(null, true);
    assertThat(x.grad().toFloatArray()[0]).isNaN();

    Tensor watched = loss;
    try (var _ = detectAnomaly()) {
      assertThatIllegalStateException()
          .isThrownBy(watched::backward)
          .withMessageContaining("sqrt")
          .withMessageContaining("input 0")
          .satisfies(
              e ->
                  assertThat(e.getCause().getStackTrace())
                      .anyMatch(
                          frame ->
                              frame
                                  .getMethodName()
                                  .equals("anomalyModeNamesTheOperationAndItsPlace")));
    }
  }

  // ---- errors ----

  @Test
  void errorsNameTheOperationAndBothShapes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> add(Tensor.zeros(2, 3), Tensor.zeros(4)))
        .withMessage("add: shapes [2, 3] and [4] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> matmul(Tensor.zeros(2, 3), Tensor.zeros(2, 3)))
        .withMessage("matmul: shapes [2, 3] and [2, 3] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear(Tensor.zeros(2, 3), Tensor.zeros(4, 5), null))
        .withMessage("linear: shapes [2, 3] and [4, 5] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> conv2d(Tensor.zeros(1, 3, 8, 8), Tensor.zeros(4, 2, 3, 3), null))
        .withMessageContaining("conv2d")
        .withMessageContaining("[1, 3, 8, 8]")
        .withMessageContaining("[4, 2, 3, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> conv2d(Tensor.zeros(1, 3, 2, 2), Tensor.zeros(4, 3, 3, 3), null))
        .withMessageContaining("3x3")
        .withMessageContaining("[1, 3, 2, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> add(Tensor.zeros(2), Tensor.of(new double[2])))
        .withMessageContaining("FLOAT32")
        .withMessageContaining("FLOAT64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Functional.crossEntropy(Tensor.zeros(2, 3), Tensor.of(new int[] {0, 3})))
        .withMessage("crossEntropy: target 3 of sample 1 is not one of 3 classes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Functional.mseLoss(Tensor.zeros(5, 1), Tensor.zeros(5)))
        .withMessage("mseLoss: shapes [5, 1] and [5] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reshape(Tensor.zeros(2, 3), 4, -1))
        .withMessageContaining("[2, 3]")
        .withMessageContaining("[4, -1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new int[2]).requiresGrad(true))
        .withMessageContaining("INT32");
  }
}
