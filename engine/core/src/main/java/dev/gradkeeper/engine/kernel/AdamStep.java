package dev.gradkeeper.engine.kernel;

/**
 * Hyper-parameters of one Adam update, read when the kernel runs. Mutable, so that a recorded plan
 * can be replayed for another step.
 */
public final class AdamStep {
  public double lr;
  public double beta1;
  public double beta2;
  public double eps;
  public double weightDecay;
  public boolean maximize;

  /** Number of this update, from 1: the exponent of the bias correction. */
  public long step;
}
