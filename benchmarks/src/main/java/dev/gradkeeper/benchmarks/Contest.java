package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.LibtorchHeats.Heat;
import dev.gradkeeper.benchmarks.libtorch.LibtorchVariant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A workload on Gradkeeper's engine beside the fastest ways to run it on libtorch, on one
 * processor.
 *
 * @param heats every way on libtorch, the fastest first
 * @param engine laps of the engine
 * @param baseline laps of the fastest libtorch
 * @param eager laps of the fastest libtorch that is called operation by operation, as programs do
 */
record Contest(
    Workload workload,
    List<Measurement> heats,
    Measurement engine,
    Measurement baseline,
    Measurement eager) {
  private static final int FINALISTS = 3;

  /** Who waits for the others' laps comes back to cold caches: the longer a lap, the less of it. */
  private static final int LONGER = 4;

  static Contest of(Workload workload, Repository repository, int core, int rounds) {
    List<Heat> ranking = new LibtorchHeats(repository.libtorch(), workload, core).run();
    try (Field field = new Field()) {
      CandidateSpec engine =
          CandidateSpec.engine("Gradkeeper's engine", workload.arguments(Candidates.ENGINE));
      field.add(engine.name(), new CandidateProcess(engine, core));
      List<LibtorchVariant> finalists = finalists(ranking);
      for (LibtorchVariant variant : finalists) {
        CandidateSpec spec =
            variant.candidate(repository.libtorch(), workload.arguments(Candidates.LIBTORCH));
        field.add(spec.name(), new CandidateProcess(spec, core));
      }
      SameWork.require(field.warmUp(workload.comparedStep()));
      field.warmUp(workload.warmUpSteps());
      List<Measurement> results = field.measure(rounds, LONGER * workload.lapSteps());
      Measurement baseline = fastest(results, finalists, variant -> true);
      Measurement eager = fastest(results, finalists, variant -> !variant.settings().scripted());
      List<Measurement> heats = ranking.stream().map(Heat::measurement).toList();
      return new Contest(workload, heats, results.getFirst(), baseline, eager);
    }
  }

  /** The fastest, and the fastest that is called operation by operation if it is not among them. */
  private static List<LibtorchVariant> finalists(List<Heat> ranking) {
    List<LibtorchVariant> variants = ranking.stream().map(Heat::variant).toList();
    return Stream.concat(
            variants.stream().limit(FINALISTS),
            variants.stream().filter(variant -> !variant.settings().scripted()).limit(1))
        .distinct()
        .toList();
  }

  /** Of the results, whose first is the engine's, the fastest finalist's. */
  private static Measurement fastest(
      List<Measurement> results, List<LibtorchVariant> finalists, Predicate<LibtorchVariant> of) {
    return IntStream.range(0, finalists.size())
        .filter(i -> of.test(finalists.get(i)))
        .mapToObj(i -> results.get(i + 1))
        .min(Comparator.comparingDouble(result -> result.wall().median()))
        .orElseThrow();
  }
}
