package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.Functional;
import dev.gradkeeper.engine.autograd.LossReduction;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * Mean or sum over the batch of -log softmax(input)[target], {@code torch.nn.CrossEntropyLoss}.
 *
 * @see Functional#crossEntropy(Tensor, Tensor, LossReduction)
 */
public record CrossEntropyLoss(LossReduction reduction) implements Loss {

  /** The mean. */
  public CrossEntropyLoss() {
    this(LossReduction.MEAN);
  }

  @Override
  public Tensor forward(Tensor input, Tensor target) {
    return Functional.crossEntropy(input, target, reduction);
  }
}
