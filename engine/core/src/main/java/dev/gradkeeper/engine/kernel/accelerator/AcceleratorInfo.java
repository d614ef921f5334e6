package dev.gradkeeper.engine.kernel.accelerator;

/**
 * What a device says of itself.
 *
 * @param name by which jobs and logs call it: {@code gpu:0}
 * @param model the maker's name for it
 * @param driver name and version of what drives it
 * @param memoryBytes its whole memory
 */
public record AcceleratorInfo(
    String name, Type type, String model, String driver, long memoryBytes) {

  /** What kind of processor it is. */
  public enum Type {
    GPU,
    ACCELERATOR,
    /** The host's own processor behind a driver, as PoCL: for tests. */
    CPU
  }
}
