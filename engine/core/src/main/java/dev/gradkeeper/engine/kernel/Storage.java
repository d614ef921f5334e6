package dev.gradkeeper.engine.kernel;

/**
 * A block of a device's memory, opaque to everything but that device's {@link Kernels}. The garbage
 * collector frees it.
 */
public interface Storage {
  DType dtype();

  /** Number of elements. */
  int length();
}
