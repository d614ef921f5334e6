package dev.gradkeeper.engine.kernel.accelerator;

import java.nio.file.Path;

/**
 * What an operator decides about devices.
 *
 * @param allowCpu whether devices count that are the host's own processor behind a driver
 * @param memoryShare of a device's memory, which all sessions together may hold
 * @param cache folder for compiled kernels, made when it is needed; null: they are built anew in
 *     each process
 */
public record AcceleratorOptions(boolean allowCpu, double memoryShare, Path cache) {
  /**
   * @throws IllegalArgumentException unless {@code 0 < memoryShare <= 1}
   */
  public AcceleratorOptions {
    if (!(memoryShare > 0 && memoryShare <= 1)) {
      throw new IllegalArgumentException(
          "the share of a device's memory must be in (0, 1], is " + memoryShare);
    }
  }

  /** Real devices, nine tenths of their memory, nothing kept on disk. */
  public static AcceleratorOptions defaults() {
    return new AcceleratorOptions(false, 0.9, null);
  }

  public AcceleratorOptions withAllowCpu(boolean value) {
    return new AcceleratorOptions(value, memoryShare, cache);
  }
}
