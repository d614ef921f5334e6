package dev.gradkeeper.cli;

import java.io.Console;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A submitted job. */
record Job(Api api, String id, String name) {
  private static final Set<String> FINAL = Set.of("succeeded", "failed", "cancelled");
  private static final long POLL_MILLIS = 200;

  static Job submit(Api api, Spec spec) {
    JsonNode job = api.postJson("/v1/jobs", spec.json());
    String id = job.path("id").asString();
    return new Job(api, id, job.path("name").asString(id));
  }

  /**
   * Shows the job's progress until it has ended.
   *
   * @return the job at its end
   * @throws Failure if it did not succeed
   */
  JsonNode follow() throws InterruptedException {
    var bar = new ProgressBar(name, System.out, isTerminal());
    while (true) {
      JsonNode job = api.get("/v1/jobs/" + id);
      String state = job.path("state").asString();
      bar.show(Progress.of(job, gradNorm(job.path("step").asLong())));
      if (FINAL.contains(state)) {
        bar.finish();
        if (!state.equals("succeeded")) {
          throw new Failure(id + " " + state + ": " + job.at("/error/message").asString(""));
        }
        return job;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** The gradient norm of that step, NaN while it is not known. */
  private double gradNorm(long step) {
    if (step == 0) {
      return Double.NaN;
    }
    JsonNode norms = metrics("grad_norm", "&from_step=" + step + "&agg=raw&max_points=1");
    return norms.at("/series/grad_norm/0").asDouble(Double.NaN);
  }

  /** Metrics of one series; {@code query} starts with {@code &}. */
  JsonNode metrics(String series, String query) {
    return api.get("/v1/jobs/" + id + "/metrics?series=" + series + query);
  }
}
