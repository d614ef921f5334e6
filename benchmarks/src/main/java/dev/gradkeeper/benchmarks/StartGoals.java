package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.Measurement.Spread;
import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LenetSpec;
import dev.gradkeeper.benchmarks.service.ServiceCandidate;
import dev.gradkeeper.benchmarks.service.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the warm-up of the engine costs at a start of the service and what it saves the first job:
 * on all processors, starts with it and without it taking turns, in a home folder that is there.
 */
record StartGoals(Repository repository, Path dataset, int rounds) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int FIRST_STEPS = 100;

  /** After so many it is as fast as it gets. */
  private static final int STEPS_BETWEEN = 25_000;

  void measure(GoalTable table, List<Measurement> all) {
    List<Lap> without = new ArrayList<>();
    List<Lap> with = new ArrayList<>();
    List<Lap> first = new ArrayList<>();
    List<Lap> steady = new ArrayList<>();
    try (ServiceProcess service = ServiceProcess.unbound(repository.script())) {
      ObjectNode spec = LenetSpec.of(new LenetJob(dataset, 4), repository.example(), service.api());
      ServiceCandidate job = new ServiceCandidate(service, spec, false);
      for (int i = 0; i < rounds; i++) {
        without.add(start(service, false));
        with.add(start(service, true));
        first.add(job.run(FIRST_STEPS));
        job.run(STEPS_BETWEEN);
        steady.add(job.run(FIRST_STEPS));
      }
    }
    Measurement firstSteps = new Measurement("first steps after a start", first);
    Measurement steadySteps = new Measurement("as many in steady state", steady);
    all.add(new Measurement("start without warm-up", without));
    all.add(new Measurement("start with warm-up", with));
    all.addAll(List.of(firstSteps, steadySteps));
    table.add(
        "seconds that readiness is later than without warm-up",
        "≤ 2",
        GoalTable.text(
            spread(i -> (with.get(i).nanos() - without.get(i).nanos()) / NANOS_PER_SECOND)),
        "ready after %s s against %s"
            .formatted(
                GoalTable.text(spread(i -> with.get(i).nanos() / NANOS_PER_SECOND)),
                GoalTable.text(spread(i -> without.get(i).nanos() / NANOS_PER_SECOND))));
    table.add(
        "first 100 steps of the first job after readiness, against the same in steady state",
        "≤ 10",
        GoalTable.text(firstSteps.ratioTo(steadySteps)),
        "%s µs a step, %d starts".formatted(firstSteps.wall(), rounds));
  }

  private static Lap start(ServiceProcess service, boolean warmUp) {
    return new Lap(1, service.restart(warmUp).toNanos(), 0, 0, 0);
  }

  private Spread spread(IntToDoubleFunction value) {
    return Spread.of(IntStream.range(0, rounds).mapToDouble(value).toArray());
  }
}
