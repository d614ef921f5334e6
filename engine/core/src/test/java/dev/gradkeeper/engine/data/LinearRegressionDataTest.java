package dev.gradkeeper.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.random.Generator;
import org.junit.jupiter.api.Test;

class LinearRegressionDataTest {
  /** The figures that PyTorch gives for this data, seed 6, at the first update. */
  @Test
  void firstLossAndGradientsAreThoseOfTheTutorial() {
    Generator generator = new Generator(6);
    Dataset data = LinearRegressionData.draw(generator, 20, 10, 2, 5, 1);
    float[] weight = new float[1];
    generator.normal(weight, 0, 1, 0, 1);

    float[] x = new float[1];
    float[] y = new float[1];
    double loss = 0;
    double weightGradient = 0;
    double biasGradient = 0;
    for (int i = 0; i < data.size(); i++) {
      data.input(i, x, 0);
      data.target(i, y, 0);
      double error = weight[0] * x[0] - y[0];
      loss += 0.5 * error * error / data.size();
      weightGradient += error * x[0] / data.size();
      biasGradient += error / data.size();
    }
    assertThat(loss).isEqualTo(83.8424, within(5e-5));
    assertThat(weightGradient).isEqualTo(-74.6261, within(1e-4));
    assertThat(biasGradient).isEqualTo(-12.5532, within(5e-5));
  }
}
