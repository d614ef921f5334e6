package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.autograd.TensorMath.div;

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

  EagerStep(Module model, Criterion criterion, Optimizer optimizer, GradientSpec gradients) {
    this.model = model;
    this.parameters = model.parameters();
    this.criterion = criterion;
    this.optimizer = optimizer;
    this.gradients = gradients;
  }

  @Override
  public Tensor accumulate(Batch batch, boolean zeroGrad) {
    if (zeroGrad) {
      optimizer.zeroGrad();
    }
    Tensor loss = criterion.loss(model.forward(batch.inputs()), batch.targets());
    int divisor = gradients.accumulationSteps();
    (divisor == 1 ? loss : div(loss, divisor)).backward();
    return loss;
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
