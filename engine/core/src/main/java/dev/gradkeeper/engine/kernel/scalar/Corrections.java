package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.AdamStep;

/** Adam's corrections for the moments' start at zero, in double as torch computes them. */
public final class Corrections {
  private Corrections() {}

  /** lr / (1 - beta1^t). */
  public static double stepSize(AdamStep step) {
    return step.lr / (1 - StrictMath.pow(step.beta1, step.step));
  }

  /** √(1 - beta2^t). */
  public static double rootOfSecond(AdamStep step) {
    return Math.sqrt(1 - StrictMath.pow(step.beta2, step.step));
  }
}
