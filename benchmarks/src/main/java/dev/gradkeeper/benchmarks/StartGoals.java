package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.Measurement.Spread;
import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LenetSpec;
import dev.gradkeeper.benchmarks.service.ServiceCandidate;
import dev.gradkeeper.benchmarks.service.ServiceProcess;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the warm-up of the engine costs at a start of the service and what it saves the first job:
 * on all processors, starts with it and without it taking turns, in a home folder that is there.
 */
record StartGoals(Repository repository, Path dataset, int rounds) {
  private static final int FIRST_STEPS = 100;

  /** After so many it is as fast as it gets. */
  private static final int STEPS_BETWEEN = 25_000;

  void measure(GoalTable table) {
    double[] without = new double[rounds];
    double[] with = new double[rounds];
    double[] later = new double[rounds];
    double[] first = new double[rounds];
    double[] ratio = new double[rounds];
    try (ServiceProcess service = ServiceProcess.unbound(repository.script())) {
      ObjectNode spec = LenetSpec.of(new LenetJob(dataset, 4), repository.example(), service.api());
      ServiceCandidate job = new ServiceCandidate(service, spec, false);
      for (int i = 0; i < rounds; i++) {
        without[i] = service.restart(false).toNanos() / 1e9;
        with[i] = service.restart(true).toNanos() / 1e9;
        later[i] = with[i] - without[i];
        first[i] = job.run(FIRST_STEPS).nanos() / 1e6;
        job.run(STEPS_BETWEEN);
        ratio[i] = first[i] / (job.run(FIRST_STEPS).nanos() / 1e6);
      }
    }
    table.add(
        "seconds that readiness is later than without warm-up",
        "≤ 2",
        GoalTable.text(Spread.of(later)),
        "ready after %s s against %s"
            .formatted(GoalTable.text(Spread.of(with)), GoalTable.text(Spread.of(without))));
    table.add(
        "first 100 steps of the first job after readiness, against the same in steady state",
        "≤ 10",
        GoalTable.text(Spread.of(ratio)),
        "%s ms, %d starts".formatted(GoalTable.text(Spread.of(first)), rounds));
  }
}
