package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.libtorch.LibtorchVariant;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the fastest ways to run a workload on libtorch, by short runs of all there are. They are
 * ranked by processor time, which neighbours disturb less than the clock: all of them compute on
 * one thread.
 *
 * @param builds folder of libtorch's builds
 */
record LibtorchHeats(Path builds, Workload workload, int core) {
  private static final int ROUNDS = 3;

  /** A variant and its laps. */
  record Heat(LibtorchVariant variant, Measurement measurement) {}

  /** All variants, the fastest first. */
  List<Heat> run() {
    return workload.libtorchVariants().stream()
        .map(variant -> new Heat(variant, measure(variant)))
        .sorted(Comparator.comparingDouble(heat -> heat.measurement().cpu().median()))
        .toList();
  }

  private Measurement measure(LibtorchVariant variant) {
    CandidateSpec spec = variant.candidate(builds, workload.arguments(Candidates.LIBTORCH));
    try (Field field = new Field()) {
      field.add(spec.name(), new CandidateProcess(spec, core));
      field.warmUp(workload.lapSteps());
      return field.measure(ROUNDS, workload.lapSteps()).getFirst();
    }
  }
}
