package dev.gradkeeper.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
  private static final int LENGTH = 5 * Split.LEAST + 77;

  /** Three updates of one vector, each by what the one before left, and a sum of other numbers. */
  private static final class Update {
    final View parameter = vector(1);
    final View gradient = vector(2);
    final View momentum = vector(3);
    final View mean = vector(4);
    final View square = positive(vector(5));
    final View loss = Views.random(DType.FLOAT32, 6);
    final View otherLoss = Views.random(DType.FLOAT32, 7);

    final List<KernelCall> calls =
        List.of(
            new KernelCall.Axpy(1, otherLoss, loss),
            new KernelCall.Axpy(0.5, vector(8), gradient),
            new KernelCall.Sgd(sgd(), parameter, gradient, momentum),
            new KernelCall.Adam(adam(), parameter, gradient, mean, square));

    List<double[]> results() {
      List<double[]> results = new ArrayList<>();
      for (View view : List.of(parameter, gradient, momentum, mean, square, loss)) {
        results.add(Views.values(view));
      }
      return results;
    }
  }

  private static View vector(long seed) {
    return Views.random(DType.FLOAT32, seed, LENGTH);
  }

  private static View positive(View view) {
    CpuDevice.get().kernels().binary(Binary.MUL, view, view, view);
    return view;
  }

  private static SgdStep sgd() {
    SgdStep step = new SgdStep();
    step.lr = 0.1;
    step.momentum = 0.9;
    return step;
  }

  private static AdamStep adam() {
    AdamStep step = new AdamStep();
    step.lr = 0.1;
    step.beta1 = 0.9;
    step.beta2 = 0.999;
    step.eps = 1e-8;
    step.step = 3;
    return step;
  }

  private static void run(List<KernelCall> calls) {
    calls.forEach(call -> call.run(CpuDevice.get().kernels()));
  }

  /** Whatever the order in which the parts run. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void thePartsGiveTheBitsOfTheWhole(int parts) {
    Update whole = new Update();
    run(whole.calls);

    Update cut = new Update();
    List<List<KernelCall>> plans = new ArrayList<>(Split.of(cut.calls, parts));
    assertThat(plans).hasSize(parts);
    Collections.reverse(plans);
    plans.forEach(SplitTest::run);

    assertThat(cut.results()).usingRecursiveComparison().isEqualTo(whole.results());
  }

  @Test
  void everyPartIsWorthIt() {
    assertThat(Split.of(new Update().calls, 100)).hasSize(5);
    View few = Views.random(DType.FLOAT32, 1, 2 * Split.LEAST - 1);
    List<KernelCall> calls =
        List.of(new KernelCall.Axpy(1, few, Views.zeros(DType.FLOAT32, few.count())));
    assertThat(Split.of(calls, 2)).containsExactly(calls);
  }

  @Test
  void whatLooksAtOtherElementsStaysWhole() {
    View x = vector(1);
    View y = vector(2);
    KernelCall.Axpy axpy = new KernelCall.Axpy(1, x, y);
    View sum = Views.zeros(DType.FLOAT32, 1);
    View shifted = View.contiguous(y.storage(), y.offset() - 1, LENGTH);
    assertWhole(axpy, new KernelCall.Reduce(Reduction.SUM, y, sum));
    assertWhole(axpy, new KernelCall.Axpy(1, shifted, x));
    assertWhole(axpy, new KernelCall.Axpy(1, View.contiguous(y.storage(), 0, 1), sum));
    assertWhole(axpy, new KernelCall.Host(() -> {}));
    View strided = Views.randomStrided(DType.FLOAT32, 1, LENGTH);
    assertWhole(new KernelCall.Axpy(1, strided, y));
  }

  private static void assertWhole(KernelCall... calls) {
    assertThat(Split.of(List.of(calls), 2)).containsExactly(List.of(calls));
  }
}
