package dev.gradkeeper.benchmarks;

import dev.gradkeeper.cli.Failure;
import java.util.List;

/** {@code ./gradkeeper bench NAME [--option value]}. */
final class Main {

  private Main() {}

  public static void main(String[] args) {
    try {
      List<String> words = List.of(args);
      if (words.isEmpty() || !words.getFirst().equals("throughput")) {
        throw new Failure("benchmarks: throughput [--batch 4] [--rounds 11] [--steps 1000] …");
      }
      Options options = Options.of(words.subList(1, words.size()), Throughput.OPTIONS);
      new Throughput(Repository.ofThisBuild(), options).run();
    } catch (Failure | IllegalArgumentException e) {
      System.err.println("gradkeeper: " + e.getMessage());
      System.exit(1);
    }
  }
}
