package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.peak.FusedMultiplyAdds;
import dev.gradkeeper.benchmarks.peak.Triad;
import java.util.List;
import java.util.Locale;

/**
 * What a processor does at best, by the fastest lap.
 *
 * @param flops fused multiply-adds, in thousand millions of operations a second
 * @param bytes McCalpin's triad in memory, in thousand millions of bytes a second
 */
record Peaks(double flops, double bytes) {

  /** Measures, adds the laps to {@code all}, and says what came. */
  static Peaks measure(int core, List<Measurement> all) {
    Peaks peaks =
        new Peaks(
            perSecond(Candidates.FMA_PEAK, FusedMultiplyAdds.FLOPS_PER_STEP, core, all),
            perSecond(Candidates.TRIAD, Triad.BYTES_PER_STEP, core, all));
    System.out.printf(
        Locale.ROOT,
        "Processor %d: %.0f GFLOP/s of fused multiply-adds, %.1f GB/s of triad from memory%n",
        core,
        peaks.flops(),
        peaks.bytes());
    return peaks;
  }

  private static double perSecond(
      String candidate, double unitsPerStep, int core, List<Measurement> all) {
    try (Field field = new Field()) {
      CandidateSpec spec = CandidateSpec.engine(candidate, List.of(candidate));
      field.add(candidate, new CandidateProcess(spec, core));
      field.warmUp(200);
      Measurement measurement = field.measure(20, 20).getFirst();
      all.add(measurement);
      return unitsPerStep / measurement.wall().min() / 1e3;
    }
  }
}
