package dev.gradkeeper.service.checkpoints;

import dev.gradkeeper.engine.data.EpochState;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.Checkpoint;
import java.util.Map;

/** Checkpoints without a run. */
public final class TestCheckpoints {

  private TestCheckpoints() {}

  /** Of a model of one parameter, after so many steps. */
  public static Checkpoint at(long step) {
    return new Checkpoint(
        Map.of("0.weight", Tensor.full(step, DType.FLOAT32, 1, 1)),
        Map.of(),
        Map.of(),
        new Generator(step).getState(),
        new Checkpoint.Progress(
            step, 1, new EpochState(0, 0), 0, 0, Double.NaN, 0, step, false, null));
  }
}
