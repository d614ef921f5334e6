package dev.gradkeeper.cli;

import java.util.List;

/**
 * Trains the regression pair and the tutorial network on real images, and says where to look next.
 */
final class Demo {
  private static final List<String> JOBS =
      List.of("linear-regression", "linear-regression-never-zeroed", "cifar10-lenet");

  private final Arguments arguments;

  Demo(Arguments arguments) {
    this.arguments = arguments;
  }

  void run() throws InterruptedException {
    var server = Server.of(arguments);
    server.awaitReady();
    var api = Api.fromEnvironment();
    String last = "";
    for (String name : JOBS) {
      String file = arguments.examples().resolve(name + ".json").toString();
      Spec spec = Spec.read(file, () -> Dataset.upload(api, arguments.dataset()));
      last = Job.submit(api, spec).follow().path("id").asString();
    }
    System.out.printf(
        """

        All three succeeded. The first two specs differ in one word: the second never zeroes its
        gradients, so its loss never settles. Every step of all three is in Postgres:

          curl -H "Authorization: Bearer $(cat %s)" \\
            '%s/v1/jobs/%s/metrics?series=loss,grad_norm&max_points=20'

        More systems to train: examples/README.md. Settings, SQL, metrics, backup: docs/operations.md.
        """,
        Api.keyFile(), api.url(), last);
    server
        .started()
        .ifPresent(
            process ->
                System.out.printf(
                    "The server goes on running; stop it with: kill %d%n", process.pid()));
  }
}
