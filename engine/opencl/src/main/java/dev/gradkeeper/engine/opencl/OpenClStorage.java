package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Storage;

/** A buffer of the device. */
final class OpenClStorage implements Storage {
  private final DType dtype;
  private final int length;
  private final long buffer;

  OpenClStorage(DType dtype, int length, long buffer) {
    this.dtype = dtype;
    this.length = length;
    this.buffer = buffer;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public int length() {
    return length;
  }

  /** The {@code cl_mem}. */
  long buffer() {
    return buffer;
  }
}
