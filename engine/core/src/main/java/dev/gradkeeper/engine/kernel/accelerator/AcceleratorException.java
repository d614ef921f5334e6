package dev.gradkeeper.engine.kernel.accelerator;

import java.util.Locale;

/** A device cannot do what was asked of it. The message says which device, and what may help. */
public final class AcceleratorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong. */
  public enum Code {
    /** No driver is installed, or it finds no platform. */
    NO_DRIVER,
    /** The job's memory does not fit. */
    OUT_OF_DEVICE_MEMORY,
    /** The driver refused a kernel's source. */
    KERNEL_BUILD_FAILED,
    /** The device does not answer any more. */
    DEVICE_LOST,
    /** Anything else that the driver reports. */
    DEVICE_FAILED;

    /** As in a job's error: {@code out_of_device_memory}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Code code;

  public AcceleratorException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public AcceleratorException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
