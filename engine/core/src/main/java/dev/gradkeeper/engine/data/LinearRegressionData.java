package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.random.Generator;

/** Points around a line, drawn as the usual PyTorch tutorial draws them. */
public final class LinearRegressionData {
  private LinearRegressionData() {}

  /**
   * {@code x = rand(n, 1) * xScale}, then {@code y = weight * x + (bias + noise * randn(n, 1))},
   * each operation rounded to float32.
   *
   * @param samples at least 1
   * @return inputs and targets of shape [samples, 1]
   */
  public static TensorDataset draw(
      Generator generator, int samples, float xScale, float weight, float bias, float noise) {
    float[] x = new float[samples];
    generator.uniform(x, 0, samples, 0, 1);
    float[] y = new float[samples];
    generator.normal(y, 0, samples, 0, 1);
    for (int i = 0; i < samples; i++) {
      x[i] *= xScale;
      float offset = bias + noise * y[i];
      y[i] = weight * x[i] + offset;
    }
    int[] shape = {samples, 1};
    return TensorDataset.of(x, shape, y, shape);
  }
}
