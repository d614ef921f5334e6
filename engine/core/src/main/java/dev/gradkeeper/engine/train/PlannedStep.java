package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.data.Batch;
import dev.gradkeeper.engine.optim.FlatParameters;
import dev.gradkeeper.engine.optim.Optimizer;
import dev.gradkeeper.engine.plan.Plan;
import dev.gradkeeper.engine.plan.PlanningDevice;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Records each kind of step when it first comes and runs the recorded kernels from then on. The
 * bits are those of the eager step.
 *
 * <p>A kind of micro-batch is told by its tensors (the loader reuses those of full and of short
 * batches) and by whether gradients are there already. All kinds share the memory of {@link
 * FlatParameters}, so that norm, clipping and update are recorded once.
 */
final class PlannedStep implements TrainingStep {
  private final EagerStep step;
  private final PlanningDevice device;
  private final Optimizer optimizer;
  private final FlatParameters parameters;

  private final List<MicroBatch> microBatches = new ArrayList<>();
  private Plan normPlan;
  private Tensor norm;
  private Plan clipPlan;
  private Plan updatePlan;
  private boolean updated;

  private record MicroBatch(Batch batch, boolean zeroGrad, Plan plan, Tensor loss) {}

  /**
   * @param optimizer of {@code parameters}
   */
  PlannedStep(
      EagerStep step, PlanningDevice device, Optimizer optimizer, FlatParameters parameters) {
    this.step = step;
    this.device = device;
    this.optimizer = optimizer;
    this.parameters = parameters;
  }

  @Override
  public Tensor accumulate(Batch batch, boolean zeroGrad) {
    boolean fromNothing = zeroGrad || parameters.parameters().getFirst().grad() == null;
    for (int i = 0; i < microBatches.size(); i++) {
      MicroBatch recorded = microBatches.get(i);
      if (recorded.batch() == batch && recorded.zeroGrad() == fromNothing) {
        recorded.plan().run();
        return recorded.loss();
      }
    }
    MicroBatch recorded = record(batch, fromNothing);
    microBatches.add(recorded);
    return recorded.loss();
  }

  private MicroBatch record(Batch batch, boolean fromNothing) {
    if (!fromNothing) {
      parameters.gatherGradients();
    }
    Tensor[] loss = new Tensor[1];
    Plan plan =
        device.capture(
            () -> {
              loss[0] = step.accumulate(batch, fromNothing).detach();
              parameters.gatherGradients();
              return List.of(loss[0].view());
            });
    return new MicroBatch(batch, fromNothing, plan, loss[0]);
  }

  @Override
  public Tensor gradNorm() {
    if (normPlan == null) {
      normPlan =
          device.capture(
              () -> {
                norm = step.gradNorm();
                return List.of(norm.view());
              });
    } else {
      normPlan.run();
    }
    return norm;
  }

  @Override
  public void clip() {
    if (clipPlan == null) {
      clipPlan =
          device.capture(
              () -> {
                step.clip();
                return List.of();
              });
    } else {
      clipPlan.run();
    }
  }

  @Override
  public void update() {
    if (!updated) {
      // The first update makes the optimizer's state.
      updated = true;
      step.update();
    } else if (updatePlan == null) {
      updatePlan =
          device.capture(
              () -> {
                step.update();
                return List.of();
              });
    } else {
      optimizer.advance();
      updatePlan.run();
    }
  }
}
