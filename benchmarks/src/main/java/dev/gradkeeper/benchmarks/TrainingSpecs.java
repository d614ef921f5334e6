package dev.gradkeeper.benchmarks;

import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.OnNonfinite;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.ParallelSpec;
import dev.gradkeeper.engine.train.spec.RecordSpec;
import dev.gradkeeper.engine.train.spec.ScheduleSpec;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.List;

/** What the jobs on Gradkeeper's engine have in common. */
public final class TrainingSpecs {

  private TrainingSpecs() {}

  /** Seed 0, an update after every batch, default shards, no evaluations, no end. */
  public static TrainingSpec endless(
      DataSpec data, List<LayerSpec> layers, LossSpec loss, OptimizerSpec optimizer, int threads) {
    return new TrainingSpec(
        0,
        data,
        layers,
        loss,
        optimizer,
        new ScheduleSpec.Constant(),
        new GradientSpec(ZeroGrad.EACH_UPDATE, 1, null, null, OnNonfinite.FAIL),
        new StopSpec(null, Long.MAX_VALUE, null, null, null),
        null,
        RecordSpec.NOTHING,
        new ParallelSpec(null, threads));
  }

  public static LayerSpec linear(int in, int out) {
    return new LayerSpec.Linear(in, out, true, null, null);
  }
}
