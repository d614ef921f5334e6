package dev.gradkeeper.engine.train.spec;

/**
 * What happens to gradients between backward and step.
 *
 * @param accumulationSteps micro-batches of an update; each loss is divided by it
 * @param clipNorm largest global norm, or null
 * @param clipValue largest magnitude of an element, or null; after clipNorm
 */
public record GradientSpec(
    ZeroGrad zeroGrad,
    int accumulationSteps,
    Double clipNorm,
    Double clipValue,
    OnNonfinite onNonfinite) {

  /** When accumulated gradients are removed. */
  public enum ZeroGrad {
    /** Before the first backward of every update. */
    EACH_UPDATE,
    /** Every gradient of the run adds to those before it. */
    NEVER
  }

  /** What a loss or gradient norm that is not finite does, before the weights are touched. */
  public enum OnNonfinite {
    /** The run ends with an error. */
    FAIL,
    /** The step is recorded but the weights and the optimizer's state stay as they are. */
    SKIP_STEP,
    /** The update is made all the same. */
    IGNORE
  }

  /** Whether gradients are changed between backward and the update. */
  public boolean clips() {
    return clipNorm != null || clipValue != null;
  }
}
