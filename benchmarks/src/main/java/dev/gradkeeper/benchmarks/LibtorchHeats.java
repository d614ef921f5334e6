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
record LibtorchHeats(Path builds, List<String> workload, int core) {
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 3;
  private static final int STEPS = 300;

  /** A variant and its laps. */
  record Heat(LibtorchVariant variant, Measurement measurement) {}

  /** All variants, the fastest first. */
  List<Heat> run() {
    return LibtorchVariant.all().stream()
        .map(variant -> new Heat(variant, measure(variant)))
        .sorted(Comparator.comparingDouble(heat -> heat.measurement().cpu().median()))
        .toList();
  }

  private Measurement measure(LibtorchVariant variant) {
    CandidateSpec spec = variant.candidate(builds, workload);
    try (Field field = new Field()) {
      field.add(spec.name(), new CandidateProcess(spec, core));
      field.warmUp(WARM_UP);
      return field.measure(ROUNDS, STEPS).getFirst();
    }
  }
}
