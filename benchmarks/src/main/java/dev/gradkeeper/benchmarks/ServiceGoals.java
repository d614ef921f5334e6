package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.LibtorchHeats.Heat;
import dev.gradkeeper.benchmarks.Measurement.Spread;
import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LenetSpec;
import dev.gradkeeper.benchmarks.service.ServiceCandidate;
import dev.gradkeeper.benchmarks.service.ServiceProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the service adds to the engine: the tutorial's job through REST, every step stored. Its
 * Postgres runs on another processor, if there is one.
 */
record ServiceGoals(Repository repository, Path dataset, int core, int rounds) {
  /** Of the tutorial: two epochs of 50,000 images by four. */
  private static final int TUTORIAL_STEPS = 25_000;

  private static final int SHORT_JOBS = 21;

  void measure(GoalTable table, List<Measurement> all) {
    int other = Cores.allowed().stream().filter(c -> c != core).findFirst().orElse(core);
    Workload lenet = new Workload(Workload.Kind.LENET, 4, dataset);
    List<Heat> ranking = new LibtorchHeats(repository.libtorch(), lenet, core).run();
    CandidateSpec libtorch =
        ranking
            .getFirst()
            .variant()
            .candidate(repository.libtorch(), lenet.arguments(Candidates.LIBTORCH));
    CandidateSpec engine = CandidateSpec.engine("engine", lenet.arguments(Candidates.ENGINE_JOBS));
    try (Field field = new Field()) {
      ServiceProcess service = ServiceProcess.bound(repository.script(), core, other);
      field.closeAtEnd(service);
      ObjectNode spec =
          LenetSpec.of(new LenetJob(dataset, lenet.size()), repository.example(), service.api());
      ServiceCandidate steps = new ServiceCandidate(service, spec, false);
      latency(table, service, spec);
      field.add("service: first to last step", steps);
      field.add("engine", new CandidateProcess(engine, core));
      field.add("service: submission to success", new ServiceCandidate(service, spec, true));
      field.add(libtorch.name(), new CandidateProcess(libtorch, core));
      SameWork.require(field.warmUp(lenet.comparedStep()));
      field.warmUp(lenet.warmUpSteps());
      List<Measurement> results = field.measure(rounds, TUTORIAL_STEPS);
      all.addAll(results);
      table.add(
          "tutorial's job through REST, first to last step, against the engine's bare loop",
          "≥ 0.97",
          GoalTable.text(results.get(1).ratioTo(results.get(0))),
          micros(results.get(0)) + " against " + micros(results.get(1)));
      table.add(
          "the same from submission to success, against libtorch's loop",
          "≥ 5",
          GoalTable.text(results.get(3).ratioTo(results.get(2))),
          micros(results.get(2)) + " against " + micros(results.get(3)) + " of " + libtorch.name());
    }
  }

  private static String micros(Measurement measurement) {
    return String.format(Locale.ROOT, "%.1f µs", measurement.wall().median());
  }

  private static void latency(GoalTable table, ServiceProcess service, ObjectNode spec) {
    double[] millis = new double[SHORT_JOBS];
    for (int i = 0; i < SHORT_JOBS; i++) {
      millis[i] = service.submissionToFirstStep(spec).toNanos() / 1e6;
    }
    table.add(
        "milliseconds from submission to the first step, service idle",
        "≤ 150",
        GoalTable.text(Spread.of(millis)),
        SHORT_JOBS + " jobs");
  }
}
