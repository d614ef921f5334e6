package dev.gradkeeper.engine.kernel;

/** Element type of a {@link Storage}. Gradients exist for the floating-point types alone. */
public enum DType {
  FLOAT32(4),
  FLOAT64(8),
  /** Class indices and positions. */
  INT32(4),
  /** Image samples, 0 to 255. */
  UINT8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloatingPoint() {
    return this == FLOAT32 || this == FLOAT64;
  }
}
