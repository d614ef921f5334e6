package dev.gradkeeper.benchmarks.service;

import dev.gradkeeper.cli.Api;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A job that is stopped while it trains, and taken up again. */
public final class InterruptedJob {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Steps until it is stopped: it trains steadily then. */
  private static final long STEPS = 2_000;

  /** More than it makes before it is cancelled. */
  private static final int ENDLESS = 10_000_000;

  /**
   * What followed a start of the service, counted from there.
   *
   * @param ready until it took requests
   * @param claimed until the job had its next attempt
   * @param firstStep until that attempt's first step was made
   */
  public record TakenBack(Duration ready, Duration claimed, Duration firstStep) {}

  private final ServiceProcess service;
  private final String path;

  private InterruptedJob(ServiceProcess service, String path) {
    this.service = service;
    this.path = path;
  }

  /** Returns when it trains. */
  public static InterruptedJob start(ServiceProcess service, ObjectNode spec) {
    ObjectNode endless = spec.deepCopy().put("max_steps", ENDLESS);
    endless.putObject("checkpoint").put("every_seconds", 1);
    JsonNode job = service.api().postJson("/v1/jobs", endless.toString());
    InterruptedJob started = new InterruptedJob(service, "/v1/jobs/" + job.path("id").asString());
    started.await(now -> now.path("step").asLong() >= STEPS);
    return started;
  }

  /** From the request until it is paused. */
  public Duration pause() {
    return stop("pause", "paused");
  }

  /** From the request until it is cancelled. */
  public Duration cancel() {
    return stop("cancel", "cancelled");
  }

  private Duration stop(String request, String state) {
    long start = System.nanoTime();
    service.api().postJson(path + "/" + request, "{}");
    await(job -> job.path("state").asString().equals(state));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Until the next attempt's first step: from the request, and from the claim. */
  public Duration[] resume() {
    Instant request = Instant.now();
    service.api().postJson(path + "/resume", "{}");
    Instant[] next = nextAttempt(request);
    return new Duration[] {Duration.between(request, next[1]), Duration.between(next[0], next[1])};
  }

  /** SIGKILL of the service, and its restart. */
  public TakenBack killServer(boolean withPostgres) {
    Instant start = service.killAndRestart(withPostgres);
    Instant ready = Instant.now();
    Instant[] next = nextAttempt(start);
    return new TakenBack(
        Duration.between(start, ready),
        Duration.between(start, next[0]),
        Duration.between(start, next[1]));
  }

  /** The times of the claim and of the first step of the attempt that began after that time. */
  private Instant[] nextAttempt(Instant after) {
    JsonNode job =
        await(
            now -> {
              JsonNode last = last(now);
              return began(last).isAfter(after)
                  && now.path("step").asLong() > last.path("from_step").asLong();
            });
    JsonNode last = last(job);
    long first = last.path("from_step").asLong() + 1;
    JsonNode metrics =
        service
            .api()
            .get(
                path
                    + "/metrics?agg=raw&max_points=1&series=time&from_step=%d&to_step=%d"
                        .formatted(first, first));
    double seconds = metrics.at("/series/time/0").asDouble();
    return new Instant[] {began(last), Instant.EPOCH.plusNanos((long) (seconds * 1e9))};
  }

  private static JsonNode last(JsonNode job) {
    JsonNode attempts = job.path("attempts");
    return attempts.path(attempts.size() - 1);
  }

  private static Instant began(JsonNode attempt) {
    return OffsetDateTime.parse(attempt.path("started_at").asString()).toInstant();
  }

  private interface Condition {
    boolean holds(JsonNode job);
  }

  private JsonNode await(Condition condition) {
    Api api = service.api();
    Instant limit = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(limit)) {
      JsonNode job = api.get(path);
      if (condition.holds(job)) {
        return job;
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("not in " + LIMIT + ": " + api.get(path));
  }
}
