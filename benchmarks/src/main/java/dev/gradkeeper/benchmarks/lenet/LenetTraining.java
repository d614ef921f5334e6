package dev.gradkeeper.benchmarks.lenet;

import dev.gradkeeper.benchmarks.TrainingSpecs;
import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.train.TrainingRun;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.engine.train.spec.TransformSpec;
import java.util.List;

/** The tutorial's job on Gradkeeper's engine, without the service. */
public record LenetTraining(TrainingSpec spec, Images train) {

  public static LenetTraining of(LenetJob job, int threads) {
    return new LenetTraining(spec(job.batchSize(), threads), job.images().images());
  }

  /** From its beginning. */
  public TrainingRun newRun() {
    return new TrainingRun(spec, _ -> train);
  }

  private static TrainingSpec spec(int batchSize, int threads) {
    double[] half = {0.5, 0.5, 0.5};
    return TrainingSpecs.endless(
        new DataSpec(
            new DataSpec.Stored("cifar10", "train"),
            batchSize,
            true,
            false,
            0,
            List.of(new TransformSpec.ToTensor(), new TransformSpec.Normalize(half, half))),
        List.of(
            conv(3, 6),
            new LayerSpec.Relu(),
            pool(),
            conv(6, 16),
            new LayerSpec.Relu(),
            pool(),
            new LayerSpec.Flatten(1, -1),
            TrainingSpecs.linear(400, 120),
            new LayerSpec.Relu(),
            TrainingSpecs.linear(120, 84),
            new LayerSpec.Relu(),
            TrainingSpecs.linear(84, 10)),
        new LossSpec(LossSpec.Type.CROSS_ENTROPY, LossSpec.Reduction.MEAN, 1),
        new OptimizerSpec.Sgd(LenetJob.LR, LenetJob.MOMENTUM, 0, 0, false, false),
        threads);
  }

  private static LayerSpec conv(int in, int out) {
    int[] one = {1, 1};
    return new LayerSpec.Conv2d(
        in, out, new int[] {5, 5}, one, new int[] {0, 0}, one, 1, true, null, null);
  }

  private static LayerSpec pool() {
    int[] two = {2, 2};
    return new LayerSpec.MaxPool2d(two, two, new int[] {0, 0}, new int[] {1, 1});
  }
}
