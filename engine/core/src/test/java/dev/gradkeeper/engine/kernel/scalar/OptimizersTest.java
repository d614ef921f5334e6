package dev.gradkeeper.engine.kernel.scalar;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;
import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static dev.gradkeeper.engine.kernel.Views.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Updates of one element by the formulas of torch.optim. */
class OptimizersTest {
  private final ScalarKernels kernels = new ScalarKernels();

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, false, false",
    "0.9, 0, 0, false, false",
    "0.9, 0.2, 0.1, false, true",
    "0.9, 0, 0.1, true, false",
    "0, 0, 0.1, false, true"
  })
  void sgd(double momentum, double dampening, double decay, boolean nesterov, boolean maximize) {
    SgdStep step = new SgdStep();
    step.lr = 0.1;
    step.momentum = momentum;
    step.dampening = dampening;
    step.weightDecay = decay;
    step.nesterov = nesterov;
    step.maximize = maximize;
    View p = Views.of(FLOAT64, 2);
    View buffer = momentum == 0 ? null : Views.of(FLOAT64, 77);
    double x = 2;
    double b = 0;
    for (int t = 0; t < 4; t++) {
      double raw = Math.sin(t);
      double g = (maximize ? -raw : raw) + decay * x;
      b = t == 0 ? g : momentum * b + (1 - dampening) * g;
      x -= 0.1 * (momentum == 0 ? g : nesterov ? g + momentum * b : b);
      step.first = t == 0;
      kernels.sgd(step, p, Views.of(FLOAT64, raw), buffer);
      assertThat(get(p, 0)).isCloseTo(x, within(1e-15));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "0.1, true"})
  void adam(double decay, boolean maximize) {
    AdamStep step = new AdamStep();
    step.lr = 0.1;
    step.beta1 = 0.9;
    step.beta2 = 0.99;
    step.eps = 1e-3;
    step.weightDecay = decay;
    step.maximize = maximize;
    View p = Views.of(FLOAT64, 2);
    View mean = Views.zeros(FLOAT64, 1);
    View square = Views.zeros(FLOAT64, 1);
    double x = 2;
    double m = 0;
    double v = 0;
    for (int t = 1; t < 5; t++) {
      double raw = Math.sin(t);
      double g = (maximize ? -raw : raw) + decay * x;
      m = 0.9 * m + 0.1 * g;
      v = 0.99 * v + 0.01 * g * g;
      x -= 0.1 * m / (1 - Math.pow(0.9, t)) / (Math.sqrt(v / (1 - Math.pow(0.99, t))) + 1e-3);
      step.step = t;
      kernels.adam(step, p, Views.of(FLOAT64, raw), mean, square);
      assertThat(get(p, 0)).isCloseTo(x, within(1e-14));
    }
  }

  /** Without it a pass over the momentum of a dead unit takes 30 times as long. */
  @Test
  void momentsNeverBecomeSubnormal() {
    SgdStep sgd = new SgdStep();
    sgd.lr = 1;
    sgd.momentum = 0.9;
    View p = Views.of(FLOAT32, 1, 1);
    View buffer = Views.of(FLOAT32, Float.MIN_NORMAL, -2 * Float.MIN_NORMAL);
    kernels.sgd(sgd, p, Views.zeros(FLOAT32, 2), buffer);
    assertThat(Views.values(buffer))
        .containsExactly(0, (float) (-2 * Float.MIN_NORMAL * (double) 0.9f));
    AdamStep adam = new AdamStep();
    adam.beta1 = 0.9;
    adam.beta2 = 0.9;
    adam.step = 1;
    View mean = Views.of(FLOAT32, Float.MIN_NORMAL, 1);
    View square = Views.of(FLOAT32, 1, Float.MIN_NORMAL);
    kernels.adam(adam, p, Views.zeros(FLOAT32, 2), mean, square);
    assertThat(Views.values(mean)).containsExactly(0, 0.9f);
    assertThat(Views.values(square)).containsExactly(0.9f, 0);
  }
}
