package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.stereotype.Component;

/** Makes a recorder for each run. */
@Component
public final class MetricRecorders {

  private final GradkeeperProperties.Metrics settings;
  private final WorkerTransactions transactions;
  private final MetricMeters meters;
  private final Clock clock;

  MetricRecorders(
      GradkeeperProperties properties,
      WorkerTransactions transactions,
      MetricMeters meters,
      Clock clock) {
    this.settings = properties.metrics();
    this.transactions = transactions;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * A recorder that stores until it is finished, abandoned, or has lost the lease.
   *
   * @param clips whether the job clips gradients
   */
  public MetricRecorder start(Lease lease, boolean clips) {
    MetricRecorder recorder =
        new MetricRecorder(
            lease,
            clips,
            ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()),
            settings.chunkSteps(),
            settings.bufferSteps(),
            settings.flushInterval().toNanos(),
            transactions,
            meters);
    recorder.start();
    return recorder;
  }
}
