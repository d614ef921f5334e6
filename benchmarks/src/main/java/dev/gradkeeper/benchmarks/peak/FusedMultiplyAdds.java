package dev.gradkeeper.benchmarks.peak;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.Lap;
import dev.gradkeeper.benchmarks.Stopwatch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Chains of fused multiply-adds in registers, enough of them to hide their latency: what the
 * processor can do at best. A step is {@value #FLOPS_PER_STEP} floating-point operations or a few
 * more.
 */
public final class FusedMultiplyAdds implements Candidate {
  public static final int FLOPS_PER_STEP = 1_000_000;

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;

  private final float[] out = new float[F.length()];

  @Override
  public Lap run(int steps) {
    int rounds = Math.ceilDiv(FLOPS_PER_STEP, 2 * CHAINS * F.length());
    Stopwatch watch = new Stopwatch();
    for (int i = 0; i < steps; i++) {
      chains(rounds, 0.5f, out);
    }
    return watch.lap(steps, out[0]);
  }

  private static void chains(int rounds, float factor, float[] out) {
    FloatVector x = FloatVector.broadcast(F, factor);
    FloatVector s0 = FloatVector.broadcast(F, 1);
    FloatVector s1 = FloatVector.broadcast(F, 2);
    FloatVector s2 = FloatVector.broadcast(F, 3);
    FloatVector s3 = FloatVector.broadcast(F, 4);
    FloatVector s4 = FloatVector.broadcast(F, 5);
    FloatVector s5 = FloatVector.broadcast(F, 6);
    FloatVector s6 = FloatVector.broadcast(F, 7);
    FloatVector s7 = FloatVector.broadcast(F, 8);
    FloatVector s8 = FloatVector.broadcast(F, 9);
    FloatVector s9 = FloatVector.broadcast(F, 10);
    FloatVector s10 = FloatVector.broadcast(F, 11);
    FloatVector s11 = FloatVector.broadcast(F, 12);
    for (int i = 0; i < rounds; i++) {
      s0 = s0.fma(x, x);
      s1 = s1.fma(x, x);
      s2 = s2.fma(x, x);
      s3 = s3.fma(x, x);
      s4 = s4.fma(x, x);
      s5 = s5.fma(x, x);
      s6 = s6.fma(x, x);
      s7 = s7.fma(x, x);
      s8 = s8.fma(x, x);
      s9 = s9.fma(x, x);
      s10 = s10.fma(x, x);
      s11 = s11.fma(x, x);
    }
    FloatVector low = s0.add(s1).add(s2.add(s3)).add(s4.add(s5));
    low.add(s6.add(s7)).add(s8.add(s9)).add(s10.add(s11)).intoArray(out, 0);
  }
}
