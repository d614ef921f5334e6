package dev.gradkeeper.service.startup;

/** The service cannot start, for a reason that the person who starts it can remedy. */
public final class StartupRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The process's exit status: {@code EX_CONFIG} of sysexits.h. */
  public static final int EXIT_CODE = 78;

  private final String remedy;

  public StartupRefusedException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  public StartupRefusedException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  public String remedy() {
    return remedy;
  }

  /** Whether a failure to start is, or was caused by, a refusal. */
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof StartupRefusedException) {
        return true;
      }
    }
    return false;
  }
}
