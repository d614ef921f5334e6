package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.autograd.TensorMath.mul;

import dev.gradkeeper.engine.autograd.LossReduction;
import dev.gradkeeper.engine.nn.CrossEntropyLoss;
import dev.gradkeeper.engine.nn.Loss;
import dev.gradkeeper.engine.nn.MSELoss;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.spec.LossSpec;

/** The loss of a spec: scale · loss(output, target). */
final class Criterion {
  private final Loss loss;
  private final double scale;
  private final boolean mean;

  Criterion(LossSpec spec) {
    this.mean = spec.reduction() == LossSpec.Reduction.MEAN;
    LossReduction reduction = mean ? LossReduction.MEAN : LossReduction.SUM;
    this.loss =
        spec.type() == LossSpec.Type.MSE ? new MSELoss(reduction) : new CrossEntropyLoss(reduction);
    this.scale = spec.scale();
  }

  Tensor loss(Tensor output, Tensor target) {
    Tensor value = loss.forward(output, target);
    return scale == 1 ? value : mul(value, scale);
  }

  /** Whether it is a mean over the samples rather than a sum. */
  boolean isMean() {
    return mean;
  }
}
