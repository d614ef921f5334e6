package dev.gradkeeper.engine.programs;

import static dev.gradkeeper.engine.autograd.TensorMath.mul;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.nn.Init;
import dev.gradkeeper.engine.nn.LayerOptions;
import dev.gradkeeper.engine.nn.Linear;
import dev.gradkeeper.engine.nn.Loss;
import dev.gradkeeper.engine.nn.MSELoss;
import dev.gradkeeper.engine.nn.Sequential;
import dev.gradkeeper.engine.optim.Optimizer;
import dev.gradkeeper.engine.optim.SGD;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Least squares by full-batch descent from zero weights ends at the closed-form solution. */
class FullBatchDescentTest {
  @Test
  void endsAtTheClosedFormSolution() {
    JsonNode golden = Golden.read("full-batch.json");
    Tensor inputs = PerSampleTest.matrix(golden.get("inputs"));
    Tensor targets = PerSampleTest.matrix(golden.get("targets"));
    Sequential model =
        new Sequential(
            new Linear(
                3,
                1,
                LayerOptions.defaults()
                    .withBias(false)
                    .withWeightInit((weight, _) -> Init.zeros(weight)),
                new Generator(0)));
    Optimizer optimizer = new SGD(model.parameters(), golden.get("rate").doubleValue());
    Loss mse = new MSELoss();

    for (int update = 0; update < golden.get("updates").intValue(); update++) {
      Tensor loss = mul(mse.forward(model.forward(inputs), targets), 0.5);
      loss.backward();
      optimizer.step();
      model.zeroGrad();
    }

    float[] weights = model.namedParameters().get("0.weight").toFloatArray();
    for (int i = 0; i < weights.length; i++) {
      assertThat((double) weights[i])
          .isCloseTo(golden.get("closed_form").get(i).doubleValue(), within(1e-3));
    }
  }
}
