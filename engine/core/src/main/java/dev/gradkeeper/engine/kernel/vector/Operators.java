package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The operators of vectors that kernels use. The Vector API looks each up when it first runs, and
 * C2 takes what it finds for a constant only if that was before the kernel is compiled; else the
 * kernel looks it up in every round of its loop, which takes an optimizer's update twice as long. A
 * kernel is compiled at its first call where an AOT cache says that it will be called often.
 */
final class Operators {
  private Operators() {}

  /** Runs each of them once; vectors of all lengths share what is found. */
  static void lookUp() {
    FloatVector x = FloatVector.zero(FloatVector.SPECIES_128);
    x.neg().abs().sqrt().add(x).sub(x).mul(x).div(x).min(x).max(x).fma(x, x);
    IntVector i = IntVector.zero(IntVector.SPECIES_128);
    i.add(i).sub(i).and(i).lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.ASHR, 1);
  }
}
