package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.Functional;
import dev.gradkeeper.engine.autograd.LossReduction;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * Mean or sum of (input - target)² over all elements, {@code torch.nn.MSELoss}.
 *
 * @see Functional#mseLoss(Tensor, Tensor, LossReduction)
 */
public record MSELoss(LossReduction reduction) implements Loss {

  /** The mean. */
  public MSELoss() {
    this(LossReduction.MEAN);
  }

  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return Functional.mseLoss(input, target, reduction);
  }
}
