package dev.gradkeeper.engine.train;

/** A run that cannot go on, through its own spec or data. */
public final class TrainingFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  public TrainingFailedException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Machine-readable, in snake_case: {@code nonfinite_loss}, {@code nonfinite_gradient}, … */
  public String code() {
    return code;
  }
}
