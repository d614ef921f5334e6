package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.LibtorchHeats.Heat;
import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LenetSpec;
import dev.gradkeeper.benchmarks.libtorch.LibtorchVariant;
import dev.gradkeeper.benchmarks.service.ServiceCandidate;
import dev.gradkeeper.benchmarks.service.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * The CIFAR-10 tutorial's job on one processor: Gradkeeper beside the fastest libtorch.
 *
 * <p>The heats find the fastest ways to run the loop on libtorch; in the final they take turns with
 * Gradkeeper.
 */
final class Throughput {
  static final List<String> OPTIONS =
      List.of("dataset", "batch", "core", "rounds", "steps", "service");

  private static final int LIBTORCH_FINALISTS = 3;

  private final Repository repository;
  private final Path dataset;
  private final int batch;
  private final int core;
  private final int rounds;
  private final int steps;
  private final boolean withService;

  Throughput(Repository repository, Options options) {
    this.repository = repository;
    this.dataset =
        Path.of(options.text("dataset", repository.sample().toString())).toAbsolutePath();
    this.batch = options.number("batch", 4);
    this.core = options.number("core", Cores.allowed().getLast());
    this.rounds = options.number("rounds", 11);
    this.steps = options.number("steps", 1000);
    this.withService = options.text("service", "yes").equals("yes");
  }

  void run() {
    System.out.printf("Heats of libtorch, batch %d, processor %d%n", batch, core);
    Workload lenet = new Workload(Workload.Kind.LENET, batch, dataset);
    List<Heat> ranking = new LibtorchHeats(repository.libtorch(), lenet, core).run();
    List<Measurement> heats = ranking.stream().map(Heat::measurement).toList();
    System.out.println(Table.of(heats, heats.getFirst()));

    System.out.printf("Final: %d steps %d times%n", steps, rounds);
    List<Measurement> results = contest(lenet, finalists(ranking, lenet));
    Measurement baseline =
        results.stream()
            .filter(result -> result.name().startsWith("libtorch"))
            .min(Comparator.comparingDouble(result -> result.wall().median()))
            .orElseThrow();
    System.out.println(Table.of(results, baseline));
    Path file = ResultFile.of("throughput", settings(), heats, results).write(repository.results());
    System.out.println("All laps: " + file);
  }

  private List<CandidateSpec> finalists(List<Heat> ranking, Workload lenet) {
    List<String> libtorch = lenet.arguments(Candidates.LIBTORCH);
    List<LibtorchVariant> variants = new ArrayList<>();
    variants.add(ranking.getFirst().variant().readingLoss());
    ranking.stream().limit(LIBTORCH_FINALISTS).map(Heat::variant).forEach(variants::add);
    List<CandidateSpec> specs = new ArrayList<>();
    variants.forEach(variant -> specs.add(variant.candidate(repository.libtorch(), libtorch)));
    specs.add(CandidateSpec.engine("Gradkeeper's engine", lenet.arguments(Candidates.ENGINE)));
    return specs;
  }

  private List<Measurement> contest(Workload lenet, List<CandidateSpec> finalists) {
    try (Field field = new Field()) {
      for (CandidateSpec spec : finalists) {
        field.add(spec.name(), new CandidateProcess(spec, core));
      }
      if (withService) {
        addServices(field);
      }
      SameWork.require(field.warmUp(lenet.comparedStep()));
      field.warmUp(lenet.warmUpSteps());
      return field.measure(rounds, steps);
    }
  }

  private void addServices(Field field) {
    addService(field, "Postgres on the same processor", core);
    List<Integer> others = Cores.allowed().stream().filter(other -> other != core).toList();
    if (Cores.canBind() && !others.isEmpty()) {
      addService(field, "Postgres on another", others.getFirst());
    }
  }

  private void addService(Field field, String title, int postgresCore) {
    ServiceProcess service = ServiceProcess.bound(repository.script(), core, postgresCore);
    field.closeAtEnd(service);
    LenetJob job = new LenetJob(dataset, batch);
    ObjectNode spec = LenetSpec.of(job, repository.example(), service.api());
    String name = "Gradkeeper's service, " + title;
    field.add(name + ": first to last step", new ServiceCandidate(service, spec, false));
    field.add(name + ": submission to success", new ServiceCandidate(service, spec, true));
  }

  private Map<String, String> settings() {
    return Map.of(
        "dataset", dataset.getFileName().toString(),
        "batch", Integer.toString(batch),
        "processor", Cores.canBind() ? Integer.toString(core) : "not bound",
        "rounds", Integer.toString(rounds),
        "steps", Integer.toString(steps));
  }
}
