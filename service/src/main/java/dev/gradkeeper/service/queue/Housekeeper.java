package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Puts jobs of lost workers back into the queue, and counts the jobs. Every replica does it: rows
 * are taken with {@code SKIP LOCKED}, so they do not get into each other's way.
 */
@Component
final class Housekeeper implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Housekeeper.class);

  private final JobQueue queue;
  private final Worker worker;
  private final WorkSignal signal;
  private final WorkerTransactions transactions;
  private final QueueMeters meters;
  private final long intervalMillis;
  private volatile ScheduledExecutorService thread;

  Housekeeper(
      JobQueue queue,
      Worker worker,
      WorkSignal signal,
      WorkerTransactions transactions,
      QueueMeters meters,
      GradkeeperProperties properties) {
    this.queue = queue;
    this.worker = worker;
    this.signal = signal;
    this.transactions = transactions;
    this.meters = meters;
    this.intervalMillis = properties.worker().housekeeping().toMillis();
  }

  @Override
  public void start() {
    thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gradkeeper-housekeeper").daemon().factory());
    thread.scheduleWithFixedDelay(this::round, 0, intervalMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() {
    thread.shutdownNow();
    thread = null;
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void round() {
    if (!worker.hasTakenBack()) {
      return; // it takes its jobs back itself, and starts them at once
    }
    try {
      int released = queue.releaseExpired(worker.runningJobs());
      if (released > 0) {
        log.warn("{} jobs of lost workers were released", released);
        meters.released(released);
        signal.wake();
      }
      meters.jobs(count());
    } catch (SQLException | RuntimeException e) {
      log.warn("Housekeeping is put off: {}", e.getMessage());
    }
  }

  /** Of the states that an index covers; final ones are counted as they are reached. */
  private Map<String, Long> count() throws SQLException {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
                  connection.prepareStatement(
                      """
                      SELECT 'queued' AS state, count(*) FROM job WHERE state = 'queued'
                      UNION ALL
                      SELECT s, count(job.id) FROM unnest(ARRAY['running', 'pausing', 'cancelling']) AS s
                      LEFT JOIN job ON state = s AND state IN ('running', 'pausing', 'cancelling') GROUP BY s
                      """);
              ResultSet rows = select.executeQuery()) {
            Map<String, Long> counts = new HashMap<>();
            while (rows.next()) {
              counts.put(rows.getString(1), rows.getLong(2));
            }
            return counts;
          }
        });
  }
}
