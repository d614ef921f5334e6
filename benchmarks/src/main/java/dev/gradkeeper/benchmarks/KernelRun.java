package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.kernel.KernelBenchmark;
import dev.gradkeeper.benchmarks.kernel.Subject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Kernels one by one, by JMH, beside what the processor does at best. */
final class KernelRun {
  static final List<String> OPTIONS = List.of("core", "rounds");

  private static final TimeValue ITERATION = TimeValue.seconds(1);
  private static final int WARM_UP_ITERATIONS = 4;

  /** Calls of a lap in the result file, whose times are whole nanoseconds. */
  private static final int CALLS = 1000;

  private final Repository repository;
  private final int core;
  private final int rounds;

  KernelRun(Repository repository, Options options) {
    this.repository = repository;
    this.core = options.number("core", Cores.allowed().getLast());
    this.rounds = options.number("rounds", 7);
  }

  void run() {
    List<Measurement> all = new ArrayList<>();
    Peaks peaks = Peaks.measure(core, all);
    Cores.move(ProcessHandle.current().pid(), core); // and so all that JMH starts
    StringBuilder table =
        new StringBuilder(
            """

            | kernel | µs, median (min – max) | rate | share of the peak | bytes allocated by a call |
            |---|---|---|---|---|
            """);
    for (RunResult result : benchmark()) {
      BenchmarkParams parameters = result.getParams();
      Subject subject = Subject.valueOf(parameters.getParam("subject"));
      Measurement measurement = measurement(subject, result);
      all.add(measurement);
      table.append(row(subject, measurement.wall(), allocated(result), peaks));
    }
    System.out.println(table);
    Map<String, String> settings =
        Map.of("processor", Integer.toString(core), "rounds", Integer.toString(rounds));
    Path file = ResultFile.of("kernels", settings, List.of(), all).write(repository.results());
    System.out.println("All iterations: " + file);
  }

  private Iterable<RunResult> benchmark() {
    try {
      return new Runner(
              new OptionsBuilder()
                  .include(KernelBenchmark.class.getName())
                  .forks(1)
                  .jvmArgs("--add-modules=jdk.incubator.vector")
                  .warmupIterations(WARM_UP_ITERATIONS)
                  .warmupTime(ITERATION)
                  .measurementIterations(rounds)
                  .measurementTime(ITERATION)
                  .addProfiler(GCProfiler.class)
                  .verbosity(VerboseMode.SILENT)
                  .shouldFailOnError(true)
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new IllegalStateException("kernels could not be measured", e);
    }
  }

  private static Measurement measurement(Subject subject, RunResult result) {
    List<Lap> laps = new ArrayList<>();
    result
        .getBenchmarkResults()
        .forEach(
            fork -> {
              for (IterationResult iteration : fork.getIterationResults()) {
                double nanos = iteration.getPrimaryResult().getScore();
                laps.add(new Lap(CALLS, Math.round(nanos * CALLS), 0, 0, 0));
              }
            });
    return new Measurement(subject.title(), laps);
  }

  private static double allocated(RunResult result) {
    return result.getSecondaryResults().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
        .map(Map.Entry::getValue)
        .mapToDouble(Result::getScore)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("JMH's profiler of allocations said nothing"));
  }

  private static String row(
      Subject subject, Measurement.Spread micros, double allocated, Peaks peaks) {
    boolean computes = subject.flops() > 0;
    double rate = (computes ? subject.flops() : subject.bytes()) / micros.median() / 1e3;
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.1f %s | %.0f %% | %.0f |%n",
        subject.title(),
        micros,
        rate,
        computes ? "GFLOP/s" : "GB/s",
        100 * rate / (computes ? peaks.flops() : peaks.bytes()),
        allocated);
  }
}
