package dev.gradkeeper.service.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** How the storing of steps goes. */
@Component
final class MetricMeters {

  private final Counter steps;
  private final Timer flushes;
  private final DistributionSummary flushedSteps;
  private final Counter bufferFull;

  MetricMeters(MeterRegistry registry) {
    steps =
        Counter.builder("gradkeeper.steps")
            .description("Steps trained and stored")
            .register(registry);
    flushes =
        Timer.builder("gradkeeper.flush")
            .description("Transactions that store steps")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(10))
            .register(registry);
    flushedSteps =
        DistributionSummary.builder("gradkeeper.flush.steps")
            .description("Steps in one such transaction")
            .register(registry);
    bufferFull =
        Counter.builder("gradkeeper.flush.waits")
            .description("Steps whose training had to wait, because the buffer was full")
            .register(registry);
  }

  void flushed(int count, long nanos) {
    steps.increment(count);
    flushedSteps.record(count);
    flushes.record(Duration.ofNanos(nanos));
  }

  void bufferFull() {
    bufferFull.increment();
  }
}
