package dev.gradkeeper.benchmarks;

import dev.gradkeeper.engine.train.TrainingRun;
import java.util.function.Supplier;

/**
 * Training runs one after the other, each from its beginning, as jobs of the service are. A lap is
 * a run of its own, without its first step: how long a step takes depends on how many gradients are
 * zero, and so on how far the training is.
 *
 * @param runs makes a new one
 */
record EngineJobs(Supplier<TrainingRun> runs) implements Candidate {
  @Override
  public Lap run(int steps) {
    try (EngineLoop loop = new EngineLoop(runs.get())) {
      loop.run(1);
      return loop.run(steps - 1);
    }
  }
}
