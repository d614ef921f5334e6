package dev.gradkeeper.benchmarks.service;

import dev.gradkeeper.cli.Api;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/**
 * A job that the service has trained to its end.
 *
 * @param nanos from its submission until the client heard of its success
 * @param cpuNanos of the service and its Postgres meanwhile
 */
public record TrainedJob(Api api, String id, int steps, long nanos, long cpuNanos) {
  private static final Set<String> FINAL = Set.of("succeeded", "failed", "cancelled");

  public static TrainedJob train(ServiceProcess service, String spec, int steps) {
    Api api = service.api();
    long cpuStart = service.cpuNanos();
    long start = System.nanoTime();
    JsonNode job = api.postJson("/v1/jobs", spec);
    String path = "/v1/jobs/" + job.path("id").asString() + "?wait=60s";
    while (!FINAL.contains(job.path("state").asString())) {
      job = api.get(path);
    }
    long nanos = System.nanoTime() - start;
    long cpuNanos = service.cpuNanos() - cpuStart;
    if (!job.path("state").asString().equals("succeeded")) {
      throw new IllegalStateException("the job did not succeed: " + job);
    }
    return new TrainedJob(api, job.path("id").asString(), steps, nanos, cpuNanos);
  }

  /** When that step was made, by the service's clock. */
  public Instant stepTime(int step) {
    double seconds = series("time").get(step - 1);
    return Instant.EPOCH.plusNanos((long) (seconds * 1e9));
  }

  /**
   * The stored series, one value a step from step 1 on.
   *
   * @throws IllegalStateException if a step is not stored
   */
  public List<Double> series(String name) {
    JsonNode metrics =
        api.get("/v1/jobs/" + id + "/metrics?agg=raw&max_points=100000&series=" + name);
    List<Long> stored = metrics.path("steps").valueStream().map(JsonNode::asLong).toList();
    if (!stored.equals(LongStream.rangeClosed(1, steps).boxed().toList())) {
      throw new IllegalStateException(
          "job %s made %d steps, but %d are stored".formatted(id, steps, stored.size()));
    }
    return metrics.at("/series/" + name).valueStream().map(JsonNode::asDouble).toList();
  }
}
