package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.Measurement.Spread;
import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LenetSpec;
import dev.gradkeeper.benchmarks.service.ServiceProcess;
import dev.gradkeeper.benchmarks.service.TrainedJob;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the warm-up of the engine costs at a start of the service and what it saves the first job:
 * on all processors, starts with it and without it taking turns, in a home folder that is there.
 * The first job is submitted as soon as the service is ready.
 */
record StartGoals(Repository repository, Path dataset, int rounds) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int FIRST_STEPS = 100;

  /** After so many it is as fast as it gets. */
  private static final int STEPS_BETWEEN = 25_000;

  /** Starts of one kind: how long until the service is ready, and what its first job does then. */
  private record Starts(List<Lap> ready, List<Lap> steps, List<Lap> trained) {
    Starts() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  void measure(GoalTable table, List<Measurement> all) {
    Starts without = new Starts();
    Starts with = new Starts();
    List<Lap> steady = new ArrayList<>();
    try (ServiceProcess service = ServiceProcess.unbound(repository.script())) {
      ObjectNode spec = LenetSpec.of(new LenetJob(dataset, 4), repository.example(), service.api());
      for (int i = 0; i < rounds; i++) {
        start(service, spec, false, without);
        start(service, spec, true, with);
        train(service, spec, STEPS_BETWEEN);
        steady.add(firstSteps(train(service, spec, FIRST_STEPS + 1)));
      }
    }
    Measurement firstSteps = new Measurement("first steps after a start", with.steps);
    Measurement steadySteps = new Measurement("as many in steady state", steady);
    all.add(new Measurement("start without warm-up", without.ready));
    all.add(new Measurement("start with warm-up", with.ready));
    all.add(new Measurement("start without warm-up until 100 steps are made", without.trained));
    all.add(new Measurement("start with warm-up until 100 steps are made", with.trained));
    all.add(new Measurement("first steps after a start without warm-up", without.steps));
    all.addAll(List.of(firstSteps, steadySteps));
    table.add(
        "seconds that readiness is later than without warm-up",
        "≤ 2",
        later(with.ready, without.ready),
        "ready after %s s against %s".formatted(seconds(with.ready), seconds(without.ready)));
    table.add(
        "first 100 steps of the first job after readiness, against the same in steady state",
        "≤ 10",
        GoalTable.text(firstSteps.ratioTo(steadySteps)),
        "%s µs a step, %d starts".formatted(firstSteps.wall(), rounds));
    table.add(
        "seconds that the 100th step of a job submitted at readiness is later than without warm-up",
        "",
        later(with.trained, without.trained),
        "%s s after the start against %s"
            .formatted(seconds(with.trained), seconds(without.trained)));
  }

  private static void start(
      ServiceProcess service, ObjectNode spec, boolean warmUp, Starts starts) {
    Instant started = service.restart(warmUp);
    starts.ready.add(between(started, Instant.now(), 1));
    TrainedJob job = train(service, spec, FIRST_STEPS + 1);
    starts.steps.add(firstSteps(job));
    starts.trained.add(between(started, job.stepTime(FIRST_STEPS), 1));
  }

  private static TrainedJob train(ServiceProcess service, ObjectNode spec, int steps) {
    return TrainedJob.train(service, spec.deepCopy().put("max_steps", steps).toString(), steps);
  }

  private static Lap firstSteps(TrainedJob job) {
    return between(job.stepTime(1), job.stepTime(FIRST_STEPS + 1), FIRST_STEPS);
  }

  private static Lap between(Instant start, Instant end, int steps) {
    return new Lap(steps, Duration.between(start, end).toNanos(), 0, 0, 0);
  }

  private String later(List<Lap> with, List<Lap> without) {
    return GoalTable.text(
        spread(i -> (with.get(i).nanos() - without.get(i).nanos()) / NANOS_PER_SECOND));
  }

  private String seconds(List<Lap> laps) {
    return GoalTable.text(spread(i -> laps.get(i).nanos() / NANOS_PER_SECOND));
  }

  private Spread spread(IntToDoubleFunction value) {
    return Spread.of(IntStream.range(0, rounds).mapToDouble(value).toArray());
  }
}
