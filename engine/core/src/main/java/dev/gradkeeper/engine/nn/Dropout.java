package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.autograd.Functional;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * In training, zeroes each element with probability p and divides the others by 1 - p; {@code
 * torch.nn.Dropout}. The mask is drawn from the generator at each call, 64 bits an element.
 */
public final class Dropout extends Module {
  private final double p;
  private final Generator generator;

  /**
   * @throws IllegalArgumentException unless {@code 0 <= p <= 1}
   */
  public Dropout(double p, Generator generator) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("Dropout: p must be between 0 and 1, got " + p);
    }
    this.p = p;
    this.generator = generator;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.dropout(input, p, isTraining(), generator);
  }
}
