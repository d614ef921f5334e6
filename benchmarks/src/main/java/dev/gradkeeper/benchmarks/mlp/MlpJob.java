package dev.gradkeeper.benchmarks.mlp;

import dev.gradkeeper.benchmarks.TrainingSpecs;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.List;

/**
 * A perceptron of 784-256-128-10 on random samples of ten classes, visited in order: so many that
 * it cannot learn them by heart while it is measured.
 */
public record MlpJob(int batchSize) {
  static final int FEATURES = 784;
  static final int CLASSES = 10;
  static final double LR = 0.001;
  static final double MOMENTUM = 0.9;

  /** Floating-point operations of a step: three products a layer, but none for the first input. */
  public static double flops(int batchSize) {
    return 2.0 * batchSize * (2 * 784 * 256 + 3 * 256 * 128 + 3 * 128 * 10);
  }

  private static final int SAMPLES = 8192;

  float[] inputs() {
    Generator generator = new Generator(1);
    float[] inputs = new float[SAMPLES * FEATURES];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (generator.nextInt() & 0xFFFF) / 65536f - 0.5f;
    }
    return inputs;
  }

  long[] labels() {
    Generator generator = new Generator(2);
    long[] labels = new long[SAMPLES];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Math.floorMod(generator.nextInt(), CLASSES);
    }
    return labels;
  }

  /** The job on Gradkeeper's engine. */
  public TrainingSpec spec(int threads) {
    float[] samples = inputs();
    double[] inputs = new double[samples.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = samples[i];
    }
    double[] labels = java.util.Arrays.stream(labels()).asDoubleStream().toArray();
    DataSpec.Inline data =
        new DataSpec.Inline(inputs, new int[] {SAMPLES, FEATURES}, labels, new int[] {SAMPLES});
    return TrainingSpecs.endless(
        new DataSpec(data, batchSize, false, false, 0, List.of()),
        List.of(
            TrainingSpecs.linear(FEATURES, 256),
            new LayerSpec.Relu(),
            TrainingSpecs.linear(256, 128),
            new LayerSpec.Relu(),
            TrainingSpecs.linear(128, CLASSES)),
        new LossSpec(LossSpec.Type.CROSS_ENTROPY, LossSpec.Reduction.MEAN, 1),
        new OptimizerSpec.Sgd(LR, MOMENTUM, 0, 0, false, false),
        threads);
  }
}
