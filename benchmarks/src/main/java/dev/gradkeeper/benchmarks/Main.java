package dev.gradkeeper.benchmarks;

import java.util.Arrays;
import java.util.List;

/** {@code ./gradkeeper bench NAME [--option value]}. */
final class Main {

  private Main() {}

  public static void main(String[] args) {
    String name = args.length == 0 ? "" : args[0];
    List<String> rest = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
    switch (name) {
      case "throughput" ->
          new Throughput(Repository.ofThisBuild(), Options.of(rest, Throughput.OPTIONS)).run();
      default -> {
        System.err.println("benchmarks: throughput [--batch 4] [--rounds 11] [--steps 1000]");
        System.exit(1);
      }
    }
  }
}
