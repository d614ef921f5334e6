package dev.gradkeeper.benchmarks.regression;

import dev.gradkeeper.benchmarks.TrainingSpecs;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.List;

/** A line through 20 points: half the mean squared error, plain descent on all of them. */
public final class RegressionJob {
  static final int POINTS = 20;
  static final double LR = 0.01;

  /** Half of the mean squared error. */
  static final double SCALE = 0.5;

  private RegressionJob() {}

  static float[] inputs() {
    float[] x = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      x[i] = i / 2f;
    }
    return x;
  }

  /** About 2x + 5, off the line by a fixed zigzag, so that the loss stays away from zero. */
  static float[] targets() {
    float[] y = inputs();
    for (int i = 0; i < POINTS; i++) {
      y[i] = 2 * y[i] + 5 + (i % 3 - 1);
    }
    return y;
  }

  /** The job on Gradkeeper's engine. */
  public static TrainingSpec spec() {
    int[] column = {POINTS, 1};
    DataSpec.Inline data =
        new DataSpec.Inline(doubles(inputs()), column, doubles(targets()), column);
    return TrainingSpecs.endless(
        new DataSpec(data, null, false, false, 0, List.of()),
        List.of(TrainingSpecs.linear(1, 1)),
        new LossSpec(LossSpec.Type.MSE, LossSpec.Reduction.MEAN, SCALE),
        new OptimizerSpec.Sgd(LR, 0, 0, 0, false, false),
        1);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
