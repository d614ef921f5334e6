package dev.gradkeeper.benchmarks.peak;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.Lap;
import dev.gradkeeper.benchmarks.Stopwatch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * McCalpin's triad a = b + s·c over arrays that fill the memory: a step moves {@value
 * #BYTES_PER_STEP} bytes, 12 for each element.
 */
public final class Triad implements Candidate {
  public static final int BYTES_PER_STEP = 12 * 1024 * 1024 * 4;

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = BYTES_PER_STEP / 12;

  private final float[] a = new float[LENGTH];
  private final float[] b = new float[LENGTH];
  private final float[] c = new float[LENGTH];

  @Override
  public Lap run(int steps) {
    Stopwatch watch = new Stopwatch();
    for (int i = 0; i < steps; i++) {
      triad(a, b, c, 3);
    }
    return watch.lap(steps, a[0]);
  }

  private static void triad(float[] a, float[] b, float[] c, float factor) {
    FloatVector s = FloatVector.broadcast(F, factor);
    for (int i = 0; i < LENGTH; i += F.length()) {
      FloatVector.fromArray(F, c, i).fma(s, FloatVector.fromArray(F, b, i)).intoArray(a, i);
    }
  }
}
