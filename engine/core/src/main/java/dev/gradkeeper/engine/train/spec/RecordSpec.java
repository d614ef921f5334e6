package dev.gradkeeper.engine.train.spec;

/**
 * Further series of every step.
 *
 * @param parameterGradNorms {@code grad_norm/0.weight}
 * @param parameterGradients {@code grad/0.weight.0}, of parameters with up to 16 elements
 * @param parameters {@code param/0.weight.0} after the update, of parameters with up to 16 elements
 */
public record RecordSpec(
    boolean parameterGradNorms, boolean parameterGradients, boolean parameters) {
  public static final RecordSpec NOTHING = new RecordSpec(false, false, false);

  /** Parameters with more elements have no element series. */
  public static final int MAX_ELEMENTS = 16;
}
