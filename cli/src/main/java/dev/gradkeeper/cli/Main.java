package dev.gradkeeper.cli;

import java.util.Arrays;

/** {@code gradkeeper-cli run|demo|bench …}: exit code 0 if every job succeeded, else 1. */
final class Main {

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      String command = args.length == 0 ? "" : args[0];
      var arguments =
          Arguments.of(Arrays.asList(args).subList(Math.min(1, args.length), args.length));
      switch (command) {
        case "run" -> run(arguments);
        case "demo" -> new Demo(arguments).run();
        case "bench" -> bench(arguments);
        default -> throw new Failure("commands: run FILE, demo, bench [NAME]");
      }
    } catch (Failure failure) {
      System.err.println("gradkeeper: " + failure.getMessage());
      System.exit(1);
    }
  }

  private static void run(Arguments arguments) throws InterruptedException {
    if (arguments.words().isEmpty()) {
      throw new Failure("run needs a job spec, for instance examples/linear-regression.json");
    }
    var api = Api.fromEnvironment();
    for (String file : arguments.words()) {
      Spec spec = Spec.read(file, () -> Dataset.upload(api, arguments.dataset()));
      Job.submit(api, spec).follow();
    }
  }

  private static void bench(Arguments arguments) throws InterruptedException {
    if (arguments.words().isEmpty() || !arguments.words().getFirst().equals("cifar10")) {
      throw new Failure("benchmarks: cifar10 [FILE]");
    }
    new Cifar10Bench(arguments).run();
  }
}
