package dev.gradkeeper.benchmarks;

import dev.gradkeeper.cli.Failure;
import java.util.List;

/** {@code ./gradkeeper bench [NAME [--option value]]}. */
final class Main {

  private Main() {}

  public static void main(String[] args) {
    try {
      List<String> words = List.of(args);
      String name = words.isEmpty() ? "goals" : words.getFirst();
      List<String> options = words.subList(Math.min(1, words.size()), words.size());
      Repository repository = Repository.ofThisBuild();
      switch (name) {
        case "goals" -> new Goals(repository, Options.of(options, Goals.OPTIONS)).run();
        case "kernels" -> new KernelRun(repository, Options.of(options, KernelRun.OPTIONS)).run();
        case "throughput" ->
            new Throughput(repository, Options.of(options, Throughput.OPTIONS)).run();
        case "interruptions" ->
            new Interruptions(repository, Options.of(options, Interruptions.OPTIONS)).run();
        default -> throw new Failure("benchmarks: goals, kernels, throughput, interruptions");
      }
    } catch (Failure | IllegalArgumentException e) {
      System.err.println("gradkeeper: " + e.getMessage());
      System.exit(1);
    }
  }
}
