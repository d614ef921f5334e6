package dev.gradkeeper.engine.programs;

import static dev.gradkeeper.engine.autograd.Functional.linear;
import static dev.gradkeeper.engine.autograd.GradMode.noGrad;
import static dev.gradkeeper.engine.autograd.TensorMath.mul;
import static dev.gradkeeper.engine.autograd.TensorMath.neg;
import static dev.gradkeeper.engine.autograd.TensorMath.select;
import static dev.gradkeeper.engine.autograd.TensorMath.square;
import static dev.gradkeeper.engine.autograd.TensorMath.sub;
import static dev.gradkeeper.engine.autograd.TensorMath.subInPlace;
import static dev.gradkeeper.engine.autograd.TensorMath.sum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.nn.Clipping;
import dev.gradkeeper.engine.optim.Adam;
import dev.gradkeeper.engine.optim.Optimizer;
import dev.gradkeeper.engine.optim.SGD;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A linear map of 4 numbers to 3, one sample at a time, ten epochs, by Adam and by hand, gradients
 * zeroed and never zeroed: PyTorch's losses and gradient norms within 1e-4.
 */
class PerSampleTest {
  private static final JsonNode GOLDEN = Golden.read("per-sample.json");
  private static final int EPOCHS = 10;
  private static final double RATE = 0.01;

  private final Tensor inputs = matrix(GOLDEN.get("data").get("inputs"));
  private final Tensor targets = matrix(GOLDEN.get("data").get("targets"));
  private final Generator generator = new Generator(0);
  private final Tensor weight = Tensor.randn(generator, 3, 4).requiresGrad(true);
  private final Tensor bias = Tensor.randn(generator, 3).requiresGrad(true);
  private final List<Tensor> parameters = List.of(weight, bias);

  private final List<Double> losses = new ArrayList<>();
  private final List<Double> norms = new ArrayList<>();

  private Tensor squaredError(int sample) {
    Tensor predicted = linear(select(inputs, 0, sample), weight, bias);
    return sum(square(sub(predicted, select(targets, 0, sample))));
  }

  private void record(Tensor loss) {
    losses.add(loss.item());
    norms.add(Clipping.gradNorm(parameters).item());
  }

  @Test
  void adamZeroedFalls() {
    Optimizer optimizer = new Adam(parameters, RATE);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int sample = 0; sample < inputs.size(0); sample++) {
        Tensor loss = squaredError(sample);
        optimizer.zeroGrad();
        loss.backward();
        record(loss);
        optimizer.step();
      }
    }
    assertGolden("adam_zeroed");
  }

  @Test
  void adamNeverZeroedTurnsRound() {
    Optimizer optimizer = new Adam(parameters, RATE);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int sample = 0; sample < inputs.size(0); sample++) {
        Tensor loss = squaredError(sample);
        loss.backward();
        record(loss);
        optimizer.step();
      }
    }
    assertGolden("adam_never_zeroed");
  }

  @Test
  void descentByHandZeroedAfterEachStepFalls() {
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int sample = 0; sample < inputs.size(0); sample++) {
        Tensor loss = squaredError(sample);
        loss.backward();
        record(loss);
        try (var _ = noGrad()) {
          for (Tensor parameter : parameters) {
            subInPlace(parameter, mul(parameter.grad(), RATE));
            parameter.grad().fill(0);
          }
        }
      }
    }
    assertGolden("sgd_zeroed");
  }

  @Test
  void descentByHandNeverZeroedDiverges() {
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int sample = 0; sample < inputs.size(0); sample++) {
        Tensor loss = squaredError(sample);
        loss.backward();
        record(loss);
        try (var _ = noGrad()) {
          for (Tensor parameter : parameters) {
            subInPlace(parameter, mul(parameter.grad(), RATE));
          }
        }
      }
    }
    assertGolden("sgd_never_zeroed");
  }

  @Test
  void theNegatedErrorMaximised() {
    Optimizer optimizer = new SGD(parameters, RATE, SGD.Options.defaults().withMaximize(true));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int sample = 0; sample < inputs.size(0); sample++) {
        optimizer.zeroGrad(false);
        Tensor loss = neg(squaredError(sample));
        loss.backward();
        record(loss);
        optimizer.step();
      }
    }
    assertGolden("sgd_maximize_negated");
  }

  private void assertGolden(String run) {
    JsonNode golden = GOLDEN.get(run);
    assertClose("loss", losses.subList(0, 80), golden.get("loss_first_80"));
    assertClose("gradient norm", norms.subList(0, 80), golden.get("grad_norm_first_80"));
    List<Double> means = new ArrayList<>();
    int samples = inputs.size(0);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      List<Double> epochLosses = losses.subList(epoch * samples, (epoch + 1) * samples);
      means.add(epochLosses.stream().mapToDouble(loss -> loss).sum() / samples);
    }
    assertClose("mean loss of epoch", means, golden.get("epoch_mean_loss"));
  }

  private static void assertClose(String name, List<Double> values, JsonNode golden) {
    assertThat(values).hasSize(golden.size());
    for (int i = 0; i < golden.size(); i++) {
      double expected = golden.get(i).doubleValue();
      assertThat(Math.abs(values.get(i) - expected))
          .as("%s %d: %s, expected %s", name, i, values.get(i), expected)
          .isLessThan(1e-4 * Math.max(1, Math.abs(expected)));
    }
  }

  static Tensor matrix(JsonNode rows) {
    int columns = rows.get(0).size();
    float[] values = new float[rows.size() * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.get(i / columns).get(i % columns).doubleValue();
    }
    return Tensor.of(values, rows.size(), columns);
  }
}
