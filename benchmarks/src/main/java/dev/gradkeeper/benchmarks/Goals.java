package dev.gradkeeper.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the engine and the service are to reach, beside what they do, in one table. */
final class Goals {
  static final List<String> OPTIONS = List.of("dataset", "core", "rounds", "part");

  private static final List<String> PARTS =
      List.of("libtorch", "allocation", "processors", "service", "start");

  private static final int ALLOCATION_STEPS = 10_000;

  /** Where libtorch takes no part, laps that last as long have as many times the steps. */
  private static final int LONGER = 8;

  private final Repository repository;
  private final Path dataset;
  private final int core;
  private final int rounds;
  private final String part;
  private final List<Measurement> all = new ArrayList<>();
  private final List<Measurement> heats = new ArrayList<>();

  Goals(Repository repository, Options options) {
    this.repository = repository;
    this.dataset =
        Path.of(options.text("dataset", repository.sample().toString())).toAbsolutePath();
    this.core = options.number("core", Cores.allowed().getLast());
    this.rounds = options.number("rounds", 7);
    this.part = options.text("part", "all");
    if (!part.equals("all") && !PARTS.contains(part)) {
      throw new IllegalArgumentException(
          "--part: " + part + " is none of all, " + String.join(", ", PARTS));
    }
  }

  void run() {
    GoalTable table = new GoalTable();
    if (includes("libtorch")) {
      engine(table, Peaks.measure(core, all).flops());
    }
    if (includes("allocation")) {
      allocation(table);
    }
    if (includes("processors")) {
      twoJobs(table);
      twoThreads(table, workload(Workload.Kind.LENET, 128));
      twoThreads(table, workload(Workload.Kind.MLP, 256));
    }
    if (includes("service")) {
      new ServiceGoals(repository, dataset, core, rounds).measure(table, all);
    }
    if (includes("start")) {
      new StartGoals(repository, dataset, rounds).measure(table, all);
    }
    System.out.println();
    System.out.println(table);
    Path file = ResultFile.of("goals", settings(), heats, all).write(repository.results());
    System.out.println("All laps: " + file);
  }

  private boolean includes(String name) {
    return part.equals("all") || part.equals(name);
  }

  private void engine(GoalTable table, double peak) {
    Map<Workload, Double> goals = new LinkedHashMap<>();
    goals.put(workload(Workload.Kind.LENET, 4), 6.0);
    goals.put(workload(Workload.Kind.LENET, 32), 5.0);
    goals.put(workload(Workload.Kind.LENET, 128), 4.0);
    goals.put(workload(Workload.Kind.REGRESSION, 20), 200.0);
    goals.put(workload(Workload.Kind.MLP, 64), 1.3);
    goals.put(workload(Workload.Kind.SGEMM, 256), 1.0);
    goals.put(workload(Workload.Kind.SGEMM, 512), 0.9);
    goals.put(workload(Workload.Kind.SGEMM, 1024), 0.9);
    goals.forEach(
        (workload, goal) -> {
          Contest contest = Contest.of(workload, repository, core, rounds);
          heats.addAll(contest.heats());
          all.add(contest.engine().named(workload.title() + ", " + contest.engine().name()));
          Stream.of(contest.baseline(), contest.eager())
              .distinct()
              .forEach(laps -> all.add(laps.named(workload.title() + ", " + laps.name())));
          table.add(contest, goal, peak);
        });
  }

  private Workload workload(Workload.Kind kind, int size) {
    return new Workload(kind, size, dataset);
  }

  private CandidateSpec lenet() {
    List<String> arguments = workload(Workload.Kind.LENET, 4).arguments(Candidates.ENGINE);
    return CandidateSpec.engine("LeNet, batch 4", arguments);
  }

  private void allocation(GoalTable table) {
    try (Candidate engine = new CandidateProcess(lenet(), core)) {
      engine.run(2 * ALLOCATION_STEPS);
      List<Long> bytes = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        bytes.add(engine.run(ALLOCATION_STEPS).allocatedBytes());
      }
      table.add(
          "bytes allocated by the training thread in 10,000 steps (epochs' ends included)",
          "0",
          bytes.toString(),
          "lap by lap");
    }
  }

  /** Steps a second of two jobs on two processors, against one job alone. */
  private void twoJobs(GoalTable table) {
    List<Integer> cores = Cores.allowed();
    if (cores.size() < 2) {
      table.add("two jobs on two processors", "≥ 1.9", "not measured: one processor", "");
      return;
    }
    try (Field field = new Field()) {
      CandidateProcess first = new CandidateProcess(lenet(), cores.get(0));
      field.add("one job", first);
      field.add("two jobs", new Pair(first, new CandidateProcess(lenet(), cores.get(1))));
      field.warmUp(workload(Workload.Kind.LENET, 4).warmUpSteps());
      List<Measurement> results = field.measure(rounds, LONGER * 1_000);
      all.addAll(results);
      table.add(
          "two jobs on two processors, LeNet batch 4, against one job alone",
          "≥ 1.9",
          GoalTable.text(results.get(0).ratioTo(results.get(1))),
          "");
    }
  }

  /**
   * The same shards by two threads and by one; and by two processes that share nothing, one on each
   * processor: more than these reach together two threads cannot reach.
   */
  private void twoThreads(GoalTable table, Workload one) {
    String what = one.title() + ": two threads against one";
    List<Integer> cores = Cores.allowed();
    if (cores.size() < 2) {
      table.add(what, "≥ 1.8", "not measured: one processor", "");
      return;
    }
    Workload two = new Workload(one.kind(), one.size(), one.dataset(), 2);
    try (Field field = new Field()) {
      CandidateSpec oneThread = threads(one);
      CandidateSpec twoThreads = threads(two);
      field.add(oneThread.name(), CandidateProcess.unbound(oneThread));
      field.add(twoThreads.name(), CandidateProcess.unbound(twoThreads));
      field.add(
          one.title() + ", two processes",
          new Pair(
              new CandidateProcess(oneThread, cores.get(0)),
              new CandidateProcess(oneThread, cores.get(1))));
      SameWork.require(field.warmUp(one.comparedStep()));
      field.warmUp(one.warmUpSteps());
      List<Measurement> results = field.measure(rounds, LONGER * one.lapSteps());
      all.addAll(results);
      table.add(
          what,
          "≥ 1.8",
          GoalTable.text(results.get(0).ratioTo(results.get(1))),
          "%.0f µs against %.0f; two processes of one thread, which share nothing: %s"
              .formatted(
                  results.get(1).wall().median(),
                  results.get(0).wall().median(),
                  GoalTable.text(results.get(0).ratioTo(results.get(2)))));
    }
  }

  private static CandidateSpec threads(Workload workload) {
    return CandidateSpec.engine(
        workload.title() + ", threads " + workload.threads(),
        workload.arguments(Candidates.ENGINE));
  }

  private Map<String, String> settings() {
    return Map.of(
        "dataset",
        dataset.getFileName().toString(),
        "processor",
        Cores.canBind() ? Integer.toString(core) : "not bound",
        "rounds",
        Integer.toString(rounds),
        "part",
        part);
  }
}
