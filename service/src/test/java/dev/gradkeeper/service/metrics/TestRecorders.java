package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.lease.WorkerTransactions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;

/** Recorders for tests of other packages. */
public final class TestRecorders {

  private TestRecorders() {}

  public static MetricRecorders on(
      WorkerTransactions transactions, GradkeeperProperties properties) {
    return on(transactions, properties, Clock.systemUTC());
  }

  public static MetricRecorders on(
      WorkerTransactions transactions, GradkeeperProperties properties, Clock clock) {
    return new MetricRecorders(
        properties, transactions, new MetricMeters(new SimpleMeterRegistry()), clock);
  }
}
