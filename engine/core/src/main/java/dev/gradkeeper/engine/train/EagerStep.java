package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.autograd.TensorMath.add;
import static dev.gradkeeper.engine.autograd.TensorMath.div;
import static dev.gradkeeper.engine.autograd.TensorMath.mul;

import dev.gradkeeper.engine.data.Batch;
import dev.gradkeeper.engine.nn.Clipping;
import dev.gradkeeper.engine.nn.Module;
import dev.gradkeeper.engine.optim.Optimizer;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.spec.GradientSpec;
import java.util.List;

/** Define-by-run: what a step means. */
final class EagerStep implements TrainingStep {
  private final Module model;
  private final List<Tensor> parameters;
  private final Criterion criterion;
  private final Optimizer optimizer;
  private final GradientSpec gradients;
  private final int shards;

  EagerStep(
      Module model, Criterion criterion, Optimizer optimizer, GradientSpec gradients, int shards) {
    this.model = model;
    this.parameters = model.parameters();
    this.criterion = criterion;
    this.optimizer = optimizer;
    this.gradients = gradients;
    this.shards = shards;
  }

  @Override
  public Tensor accumulate(Batch batch, boolean zeroGrad) {
    if (zeroGrad) {
      optimizer.zeroGrad();
    }
    Tensor loss = null;
    for (Shard shard : shards(batch)) {
      Tensor part = accumulate(shard);
      loss = loss == null ? part : add(loss, part);
    }
    return loss;
  }

  /** The parts of a micro-batch, in the order in which their gradients are added. */
  List<Shard> shards(Batch batch) {
    return Shard.of(batch, Math.min(shards, batch.size()), criterion.isMean());
  }

  /**
   * Forward and backward of a part of a micro-batch.
   *
   * @return its part of the loss, outside of the graph
   */
  Tensor accumulate(Shard shard) {
    Tensor loss = criterion.loss(model.forward(shard.batch().inputs()), shard.batch().targets());
    Tensor part = shard.weight() == 1 ? loss : mul(loss, shard.weight());
    int divisor = gradients.accumulationSteps();
    (divisor == 1 ? part : div(part, divisor)).backward();
    return part.detach();
  }

  @Override
  public Tensor gradNorm() {
    return Clipping.gradNorm(parameters);
  }

  @Override
  public void clip() {
    if (gradients.clipNorm() != null) {
      Clipping.clipGradNorm(parameters, gradients.clipNorm());
    }
    if (gradients.clipValue() != null) {
      Clipping.clipGradValue(parameters, gradients.clipValue());
    }
  }

  @Override
  public void update() {
    optimizer.step();
  }
}
