package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.LibtorchHeats.Heat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A workload on Gradkeeper's engine beside the fastest ways to run it on libtorch, on one
 * processor.
 *
 * @param heats every way on libtorch, the fastest first
 * @param engine laps of the engine
 * @param baseline laps of the fastest libtorch
 */
record Contest(
    Workload workload, List<Measurement> heats, Measurement engine, Measurement baseline) {
  private static final int FINALISTS = 2;

  /** Who waits for the others' laps comes back to cold caches: the longer a lap, the less of it. */
  private static final int LONGER = 4;

  static Contest of(Workload workload, Repository repository, int core, int rounds) {
    List<Heat> ranking = new LibtorchHeats(repository.libtorch(), workload, core).run();
    try (Field field = new Field()) {
      CandidateSpec engine =
          CandidateSpec.engine("Gradkeeper's engine", workload.arguments(Candidates.ENGINE));
      field.add(engine.name(), new CandidateProcess(engine, core));
      for (Heat heat : ranking.subList(0, Math.min(FINALISTS, ranking.size()))) {
        CandidateSpec spec =
            heat.variant()
                .candidate(repository.libtorch(), workload.arguments(Candidates.LIBTORCH));
        field.add(spec.name(), new CandidateProcess(spec, core));
      }
      SameWork.require(field.warmUp(workload.comparedStep()));
      field.warmUp(workload.warmUpSteps());
      List<Measurement> results = field.measure(rounds, LONGER * workload.lapSteps());
      Measurement baseline =
          results.stream()
              .skip(1)
              .min(Comparator.comparingDouble(result -> result.wall().median()))
              .orElseThrow();
      List<Measurement> heats = new ArrayList<>();
      ranking.forEach(heat -> heats.add(heat.measurement()));
      return new Contest(workload, heats, results.getFirst(), baseline);
    }
  }

  /** How many times as fast as libtorch, round by round. */
  Measurement.Spread ratio() {
    return baseline.ratioTo(engine);
  }
}
