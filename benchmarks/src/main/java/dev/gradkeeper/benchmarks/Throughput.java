package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.libtorch.LibtorchBuild;
import dev.gradkeeper.benchmarks.libtorch.LibtorchSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The CIFAR-10 tutorial's job on one processor: Gradkeeper beside the fastest libtorch.
 *
 * <p>The heats find the fastest way to run the loop on libtorch; in the final it takes turns with
 * Gradkeeper.
 */
final class Throughput {
  static final List<String> OPTIONS = List.of("dataset", "batch", "core", "rounds", "steps");

  private static final int HEAT_WARM_UP = 200;
  private static final int HEAT_ROUNDS = 3;
  private static final int HEAT_STEPS = 200;
  private static final int WARM_UP = 1000;

  /** How far losses may differ by the order of additions alone. */
  private static final double LOSS_TOLERANCE = 5e-3;

  private final Repository repository;
  private final Path dataset;
  private final int batch;
  private final int core;
  private final int rounds;
  private final int steps;

  Throughput(Repository repository, Options options) {
    this.repository = repository;
    this.dataset =
        Path.of(options.text("dataset", repository.sample().toString())).toAbsolutePath();
    this.batch = options.number("batch", 4);
    this.core = options.number("core", Cores.allowed().getLast());
    this.rounds = options.number("rounds", 11);
    this.steps = options.number("steps", 1000);
  }

  void run() {
    System.out.printf("Heats: %d steps %d times, batch %d%n", HEAT_STEPS, HEAT_ROUNDS, batch);
    List<Entry> entries = entries();
    List<Measurement> heats = entries.stream().map(this::heat).toList();
    Measurement fastest =
        heats.stream().min(Comparator.comparingDouble(m -> m.wall().median())).orElseThrow();
    System.out.println(Table.of(heats, fastest));

    List<Measurement> results = last(entries.get(heats.indexOf(fastest)));
    System.out.println(Table.of(results, results.getFirst()));
    Map<String, String> settings =
        Map.of(
            "dataset", dataset.getFileName().toString(),
            "batch", Integer.toString(batch),
            "core", Cores.canBind() ? Integer.toString(core) : "not bound",
            "rounds", Integer.toString(rounds),
            "steps", Integer.toString(steps));
    Path file =
        ResultFile.of("throughput", settings, heats, results).write(repository.results());
    System.out.println("All laps: " + file);
  }

  /** A way to run libtorch. */
  private record Entry(LibtorchBuild build, LibtorchSettings settings) {}

  private static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (LibtorchBuild build : LibtorchBuild.values()) {
      for (boolean onednn : new boolean[] {false, true}) {
        for (boolean scripted : new boolean[] {false, true}) {
          entries.add(new Entry(build, new LibtorchSettings(onednn, scripted, false)));
        }
      }
    }
    return entries;
  }

  private CandidateSpec spec(Entry entry) {
    return entry
        .build()
        .candidate(
            repository.libtorch(),
            entry.settings(),
            List.of(Candidates.LIBTORCH_LENET, dataset.toString(), Integer.toString(batch)));
  }

  private Measurement heat(Entry entry) {
    CandidateSpec spec = spec(entry);
    try (Field field = new Field()) {
      field.add(spec.name(), new CandidateProcess(spec, core));
      field.warmUp(HEAT_WARM_UP);
      return field.measure(HEAT_ROUNDS, HEAT_STEPS).getFirst();
    }
  }

  /** The first measurement is the baseline. */
  private List<Measurement> last(Entry fastest) {
    LibtorchSettings settings = fastest.settings();
    CandidateSpec silent = spec(fastest);
    CandidateSpec logging =
        spec(
            new Entry(
                fastest.build(),
                new LibtorchSettings(settings.onednn(), settings.scripted(), true)));
    System.out.printf("Final: %d steps %d times%n", steps, rounds);
    try (Field field = new Field()) {
      field.add(silent.name(), new CandidateProcess(silent, core));
      field.add(logging.name(), new CandidateProcess(logging, core));
      field.warmUp(WARM_UP);
      requireSameWork(field.firstLosses());
      return field.measure(rounds, steps);
    }
  }

  private static void requireSameWork(Map<String, Double> losses) {
    double expected = losses.values().iterator().next();
    losses.forEach(
        (name, loss) -> {
          System.out.printf("loss of step %d: %.6f  %s%n", WARM_UP, loss, name);
          if (!(Math.abs(loss - expected) <= LOSS_TOLERANCE * expected)) {
            throw new IllegalStateException(
                name + " does not do the same work: its loss is " + loss + ", not " + expected);
          }
        });
  }
}
