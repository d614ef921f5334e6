package dev.gradkeeper.engine.kernel;

/**
 * Hyper-parameters of one SGD update, read when the kernel runs. Mutable, so that a recorded plan
 * can be replayed with another learning rate.
 */
public final class SgdStep {
  public double lr;
  public double momentum;
  public double dampening;
  public double weightDecay;
  public boolean nesterov;
  public boolean maximize;

  /** On the first update the momentum buffer becomes the gradient itself, without dampening. */
  public boolean first;
}
