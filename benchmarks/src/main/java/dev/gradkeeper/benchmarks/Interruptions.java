package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.Measurement.Spread;
import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LenetSpec;
import dev.gradkeeper.benchmarks.service.InterruptedJob;
import dev.gradkeeper.benchmarks.service.InterruptedJob.TakenBack;
import dev.gradkeeper.benchmarks.service.ServiceCandidate;
import dev.gradkeeper.benchmarks.service.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * What it takes to stop a job, to save it, and to take it up again: the CIFAR-10 tutorial's job
 * through REST, with all processors.
 */
final class Interruptions {
  static final List<String> OPTIONS = List.of("dataset", "rounds", "steps");

  private static final int WARM_UP = 25_000;

  private final Repository repository;
  private final Path dataset;
  private final int rounds;
  private final int steps;
  private final GoalTable table = new GoalTable();

  Interruptions(Repository repository, Options options) {
    this.repository = repository;
    this.dataset =
        Path.of(options.text("dataset", repository.sample().toString())).toAbsolutePath();
    this.rounds = options.number("rounds", 9);
    this.steps = options.number("steps", 50_000);
  }

  void run() {
    try (ServiceProcess service = ServiceProcess.unbound(repository.script())) {
      ObjectNode spec = LenetSpec.of(new LenetJob(dataset, 4), repository.example(), service.api());
      new ServiceCandidate(service, spec, true).run(WARM_UP);
      requests(service, spec);
      checkpoints(service, spec);
      restarts(service, spec, false);
      restarts(service, spec, true);
    }
    System.out.println(table);
  }

  private void requests(ServiceProcess service, ObjectNode spec) {
    double[] pause = new double[rounds];
    double[] resume = new double[rounds];
    double[] fromClaim = new double[rounds];
    double[] cancel = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      InterruptedJob job = InterruptedJob.start(service, spec);
      pause[i] = millis(job.pause());
      Duration[] taken = job.resume();
      resume[i] = millis(taken[0]);
      fromClaim[i] = millis(taken[1]);
      cancel[i] = millis(job.cancel());
    }
    add("milliseconds from the request to pause until the job is paused", "≤ 250 + a step", pause);
    add("milliseconds from the request to cancel until it is cancelled", "≤ 250 + a step", cancel);
    add("milliseconds from the request to resume until its next step", "", resume);
    add("milliseconds from the claim until its next step", "≤ 2000", fromClaim);
  }

  /** Thirty times as many checkpoints as the goal speaks of, so that their cost is seen at all. */
  private void checkpoints(ServiceProcess service, ObjectNode spec) {
    ObjectNode saved = spec.deepCopy();
    saved.putObject("checkpoint").put("every_seconds", 1);
    ObjectNode unsaved = spec.deepCopy();
    unsaved.putObject("checkpoint").put("every_seconds", 3600);
    try (Field field = new Field()) {
      field.add("a checkpoint every second", new ServiceCandidate(service, saved, false));
      field.add("none", new ServiceCandidate(service, unsaved, false));
      List<Measurement> laps = field.measure(rounds, steps);
      Spread cost = laps.get(0).ratioTo(laps.get(1));
      table.add(
          "steps a second lost to a checkpoint every second, in percent",
          "< 30: at one in 30 s, < 1",
          GoalTable.text(
              new Spread(percent(cost.median()), percent(cost.min()), percent(cost.max()))),
          String.format(
              Locale.ROOT,
              "%.1f µs a step against %.1f, %d laps of %,d steps",
              laps.get(0).wall().median(),
              laps.get(1).wall().median(),
              rounds,
              steps));
    }
  }

  /** Of the time that steps take with checkpoints, the part that they would not take without. */
  private static double percent(double ratio) {
    return 100 * (1 - 1 / ratio);
  }

  private void restarts(ServiceProcess service, ObjectNode spec, boolean withPostgres) {
    List<TakenBack> all = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      InterruptedJob job = InterruptedJob.start(service, spec);
      all.add(job.killServer(withPostgres));
      job.cancel();
    }
    String what = withPostgres ? "SIGKILL of service and Postgres" : "SIGKILL of the service";
    add(
        "seconds from the start after a " + what + " until it is ready",
        "",
        all.stream().mapToDouble(t -> millis(t.ready()) / 1e3).toArray());
    add(
        "seconds from the start after a " + what + " until the job is claimed",
        "≤ 5",
        all.stream().mapToDouble(t -> millis(t.claimed()) / 1e3).toArray());
    add(
        "seconds from there to its next step",
        "≤ 2",
        all.stream().mapToDouble(t -> millis(t.firstStep().minus(t.claimed())) / 1e3).toArray());
  }

  private void add(String what, String goal, double[] values) {
    table.add(what, goal, GoalTable.text(Spread.of(values)), values.length + " times");
    System.out.println(what + ": " + GoalTable.text(Spread.of(values)));
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
