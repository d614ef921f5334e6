package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;

/** Kernels on the Vector API; what they do not cover the scalar ones do. */
public final class VectorKernels extends ScalarKernels {
  @Override
  public String toString() {
    return "vector";
  }
}
