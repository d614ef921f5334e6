package dev.gradkeeper.engine.programs;

import static dev.gradkeeper.engine.autograd.Functional.mseLoss;
import static dev.gradkeeper.engine.autograd.GradMode.noGrad;
import static dev.gradkeeper.engine.autograd.TensorMath.add;
import static dev.gradkeeper.engine.autograd.TensorMath.matmul;
import static dev.gradkeeper.engine.autograd.TensorMath.mean;
import static dev.gradkeeper.engine.autograd.TensorMath.mul;
import static dev.gradkeeper.engine.autograd.TensorMath.square;
import static dev.gradkeeper.engine.autograd.TensorMath.sub;
import static dev.gradkeeper.engine.autograd.TensorMath.subInPlace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.nn.Clipping;
import dev.gradkeeper.engine.nn.Init;
import dev.gradkeeper.engine.nn.LayerOptions;
import dev.gradkeeper.engine.nn.Linear;
import dev.gradkeeper.engine.optim.SGD;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Twenty noisy points of y = 2x + 5, half the mean squared error, the whole set at every update:
 * what happens where gradients are zeroed, and where they never are. The figures are published
 * ones, of the same seed.
 */
class LinearRegressionTest {
  private static final double RATE = 0.01;
  private static final int UPDATES = 1000;

  private final Generator generator = new Generator(6);
  private final Tensor x = mul(Tensor.rand(generator, 20, 1), 10);
  private final Tensor y = add(mul(x, 2), add(Tensor.randn(generator, 20, 1), 5));
  private final Tensor w = Tensor.randn(generator, 1).requiresGrad(true);
  private final Tensor b = Tensor.zeros(1).requiresGrad(true);

  private Tensor halfMse() {
    Tensor predicted = add(mul(w, x), b);
    return mean(mul(square(sub(y, predicted)), 0.5));
  }

  private void descend() {
    try (var _ = noGrad()) {
      subInPlace(b, mul(b.grad(), RATE));
      subInPlace(w, mul(w.grad(), RATE));
    }
  }

  private double norm() {
    return Clipping.gradNorm(List.of(w, b)).item();
  }

  @Test
  void zeroedAfterEachUpdateItConverges() {
    double loss = 0;
    for (int update = 1; update <= UPDATES; update++) {
      Tensor error = halfMse();
      loss = error.item();
      error.backward();
      if (update == 1) {
        assertThat(loss).isCloseTo(83.8424, within(1e-4));
        assertThat(w.grad().item()).isCloseTo(-74.6261, within(1e-4));
        assertThat(b.grad().item()).isCloseTo(-12.5532, within(1e-4));
        assertThat(norm()).isCloseTo(75.6746, within(1e-4));
      } else if (update == 2) {
        assertThat(w.grad().item()).isCloseTo(-48.2813, within(1e-4));
        assertThat(b.grad().item()).isCloseTo(-8.3831, within(1e-4));
        assertThat(norm()).isCloseTo(49.0037, within(1e-4));
      }
      descend();
      w.grad().fill(0);
      b.grad().fill(0);
    }
    assertThat(loss).isCloseTo(0.8316, within(1e-4));
    assertThat(w.item()).isCloseTo(2.1000, within(1e-4));
    assertThat(b.item()).isCloseTo(4.2065, within(1e-4));
  }

  @Test
  void neverZeroedItOscillates() {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = 0;
    for (int update = 1; update <= UPDATES; update++) {
      Tensor error = halfMse();
      lowest = Math.min(lowest, error.item());
      highest = Math.max(highest, error.item());
      error.backward();
      if (update == 2) {
        assertThat(w.grad().item()).isCloseTo(-122.9075, within(1e-4));
        assertThat(b.grad().item()).isCloseTo(-20.9364, within(1e-4));
        assertThat(norm()).isCloseTo(124.6779, within(1e-4));
      }
      descend();
    }
    assertThat(lowest).isCloseTo(0.7549, within(1e-4));
    assertThat(highest).isCloseTo(91.69, within(1e-2));
  }

  @Test
  void stopsBelowALoss() {
    int updates = 0;
    double loss;
    do {
      w.zeroGrad();
      b.zeroGrad();
      Tensor error = halfMse();
      error.backward();
      loss = error.item();
      descend();
      updates++;
    } while (loss >= 1);
    assertThat(updates).isEqualTo(675);
    assertThat(loss).isCloseTo(0.99945, within(1e-5));
  }

  /** The same with a module and an optimizer: the draws come in the same order. */
  @Test
  void aLinearLayerAndAnOptimizerDoTheSame() {
    Generator seeded = new Generator(6);
    Tensor inputs = mul(Tensor.rand(seeded, 20, 1), 10);
    Tensor targets =
        add(
            matmul(inputs, Tensor.full(2, inputs.dtype(), 1, 1)),
            add(Tensor.randn(seeded, 20, 1), 5));
    Linear model =
        new Linear(
            1,
            1,
            LayerOptions.defaults()
                .withWeightInit((weight, g) -> Init.normal(weight, 0, 1, g))
                .withBiasInit((bias, _) -> Init.zeros(bias)),
            seeded);
    SGD optimizer = new SGD(model.parameters(), RATE);
    for (int update = 1; update <= UPDATES; update++) {
      optimizer.zeroGrad();
      Tensor loss = mul(mseLoss(model.forward(inputs), targets), 0.5);
      loss.backward();
      if (update == 1) {
        assertThat(loss.item()).isCloseTo(83.8424, within(1e-4));
        assertThat(model.weight().grad().item()).isCloseTo(-74.6261, within(1e-4));
      } else if (update == UPDATES) {
        assertThat(loss.item()).isCloseTo(0.8316, within(1e-4));
      }
      optimizer.step();
    }
    assertThat(model.weight().item()).isCloseTo(2.1000, within(1e-4));
    assertThat(model.bias().item()).isCloseTo(4.2065, within(1e-4));
  }
}
