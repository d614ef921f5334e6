package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.autograd.TensorMath.addInPlace;

import dev.gradkeeper.engine.data.Batch;
import dev.gradkeeper.engine.data.Helpers;
import dev.gradkeeper.engine.optim.FlatGradients;
import dev.gradkeeper.engine.optim.FlatParameters;
import dev.gradkeeper.engine.optim.Optimizer;
import dev.gradkeeper.engine.plan.Plan;
import dev.gradkeeper.engine.plan.PlanningDevice;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
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
  private Plan[] updatePlans;
  private boolean updated;
  private final Crew crew;
  private final List<FlatGradients> further = new ArrayList<>();

  /**
   * @param shards plans that share nothing but the parameters
   * @param sum adds their losses and gradients; empty for one shard
   */
  private record MicroBatch(
      Batch batch, boolean zeroGrad, Plan[] shards, boolean together, Plan[] sum, Tensor loss) {}

  /**
   * @param optimizer of {@code parameters}
   * @param crew does what can be done together
   */
  PlannedStep(
      EagerStep step,
      PlanningDevice device,
      Optimizer optimizer,
      FlatParameters parameters,
      Crew crew) {
    this.step = step;
    this.device = device;
    this.optimizer = optimizer;
    this.parameters = parameters;
    this.crew = crew;
  }

  @Override
  public Tensor accumulate(Batch batch, boolean zeroGrad) {
    boolean fromNothing = zeroGrad || parameters.parameters().getFirst().grad() == null;
    for (int i = 0; i < microBatches.size(); i++) {
      MicroBatch recorded = microBatches.get(i);
      if (recorded.batch() == batch && recorded.zeroGrad() == fromNothing) {
        run(recorded);
        return recorded.loss();
      }
    }
    MicroBatch recorded = record(batch, fromNothing);
    microBatches.add(recorded);
    return recorded.loss();
  }

  private void run(MicroBatch recorded) {
    (recorded.together() ? crew : Helpers.NONE).run(recorded.shards());
    crew.run(recorded.sum());
  }

  /** The first shard's gradients are the parameters' own; those of the others are added to them. */
  private MicroBatch record(Batch batch, boolean fromNothing) {
    if (!fromNothing) {
      parameters.gradients().gather();
    }
    List<Shard> shards = step.shards(batch);
    Tensor[] losses = new Tensor[shards.size()];
    Plan[] plans = new Plan[losses.length];
    for (int i = 0; i < plans.length; i++) {
      int lane = i;
      plans[i] =
          device.capture(
              i,
              () -> {
                if (lane > 0 || fromNothing) {
                  optimizer.zeroGrad();
                }
                losses[lane] = step.accumulate(shards.get(lane));
                gradients(lane).gather();
                return List.of(losses[lane].view());
              });
    }
    parameters.gradients().use();
    Plan[] sum = {};
    if (plans.length > 1) {
      sum = device.capture(() -> List.of(sum(losses).view())).split(crew.threads());
    }
    boolean together =
        plans.length > 1
            && device.runsOnCallingThread()
            && Arrays.stream(plans).noneMatch(Plan::hasHostTasks);
    return new MicroBatch(batch, fromNothing, plans, together, sum, losses[0]);
  }

  private FlatGradients gradients(int lane) {
    if (lane == 0) {
      return parameters.gradients();
    }
    while (further.size() < lane) {
      further.add(parameters.newGradients());
    }
    return further.get(lane - 1);
  }

  /** Adds losses and gradients of the further shards to those of the first, in order. */
  private Tensor sum(Tensor[] losses) {
    Tensor loss = losses[0];
    for (int i = 1; i < losses.length; i++) {
      addInPlace(loss, losses[i]);
      addInPlace(parameters.gradients().values(), gradients(i).values());
    }
    return loss;
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
    } else if (updatePlans == null) {
      Plan plan =
          device.capture(
              () -> {
                step.update();
                return List.of();
              });
      updatePlans = plan.split(crew.threads());
    } else {
      optimizer.advance();
      crew.run(updatePlans);
    }
  }
}
