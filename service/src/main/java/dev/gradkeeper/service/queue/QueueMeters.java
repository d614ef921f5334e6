package dev.gradkeeper.service.queue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** How the queue and this worker do. */
@Component
final class QueueMeters {

  private final MeterRegistry registry;
  private final Timer wait;
  private final Counter leasesLost;
  private final Counter released;
  private final Timer saves;
  private final DistributionSummary checkpointBytes;
  private final Counter notSaved;
  private final Map<String, AtomicLong> jobsByState = new ConcurrentHashMap<>();

  QueueMeters(MeterRegistry registry) {
    this.registry = registry;
    wait =
        Timer.builder("gradkeeper.queue.wait")
            .description("From queued to claimed by this worker")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(10))
            .maximumExpectedValue(Duration.ofHours(1))
            .register(registry);
    leasesLost =
        Counter.builder("gradkeeper.leases.lost")
            .description("Runs that this worker stopped because the job was no longer its own")
            .register(registry);
    saves =
        Timer.builder("gradkeeper.checkpoint.pause")
            .description("How long training stood still for a checkpoint")
            .register(registry);
    checkpointBytes =
        DistributionSummary.builder("gradkeeper.checkpoint.size")
            .description("Bytes of a checkpoint")
            .baseUnit("bytes")
            .register(registry);
    notSaved =
        Counter.builder("gradkeeper.checkpoints.failed")
            .description("Checkpoints that could not be stored; training went on")
            .register(registry);
    released =
        Counter.builder("gradkeeper.jobs.released")
            .description("Jobs that this process took from workers whose lease had expired")
            .register(registry);
  }

  /** A run was copied into a checkpoint; {@code nanos} is what that took it. */
  void saved(long bytes, long nanos) {
    saves.record(Duration.ofNanos(nanos));
    checkpointBytes.record(bytes);
  }

  void notSaved() {
    notSaved.increment();
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  void claimed(ClaimedJob job) {
    wait.record(job.waited());
  }

  void leaseLost() {
    leasesLost.increment();
  }

  void released(int jobs) {
    released.increment(jobs);
  }

  /** {@code gradkeeper.jobs.ended}, by the state that the job was left in. */
  void ended(JobEnd end) {
    Counter.builder("gradkeeper.jobs.ended")
        .description("Runs that this worker ended, by the job's next state and the reason")
        .tag("state", end.state())
        .tag("reason", end.reason())
        .register(registry)
        .increment();
  }

  /** {@code gradkeeper.jobs}, by state, of the whole database. */
  void jobs(Map<String, Long> counts) {
    counts.forEach(
        (state, count) ->
            jobsByState
                .computeIfAbsent(
                    state,
                    s ->
                        registry.gauge(
                            "gradkeeper.jobs", List.of(Tag.of("state", s)), new AtomicLong()))
                .set(count));
  }
}
