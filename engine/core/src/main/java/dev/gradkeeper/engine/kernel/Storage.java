package dev.gradkeeper.engine.kernel;

/**
 * A block of a device's memory, opaque to everything but that device's {@link Kernels}. The garbage
 * collector frees it.
 */
public interface Storage {
  DType dtype();

  /** Number of elements. */
  int length();

  /** The Java array that this memory is, to be read and written in place, or null if it is none. */
  default Object array() {
    return null;
  }
}
