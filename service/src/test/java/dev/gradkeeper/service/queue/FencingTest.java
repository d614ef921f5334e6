package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.LeaseLostException;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Two workers believe that a job is theirs: only one of them can write. */
@ExtendWith(PostgresFixture.class)
class FencingTest {

  /** Many more with {@code -Dgradkeeper.fencing.trials=20000}. */
  private static final int TRIALS = Integer.getInteger("gradkeeper.fencing.trials", 2000);

  private static final Duration LEASE = Duration.ofMinutes(10);

  @Test
  void nothingIsWrittenUnderALeaseAfterTheNextOneIsTaken(TestDatabase database) throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setPassword(database.password());
    // The order of commits is what matters here, not that they reach the disk.
    config.setConnectionInitSql("SET synchronous_commit = off");
    try (HikariDataSource pool = new HikariDataSource(config);
        ExecutorService stale = Executors.newSingleThreadExecutor()) {
      TestJobs jobs = new TestJobs(pool);
      WorkerTransactions transactions =
          new WorkerTransactions(new JdbcTransactionManager(pool), pool);
      JobQueue queue = new JobQueue(transactions, Duration.ZERO);
      String first = jobs.worker();
      String second = jobs.worker();
      String project = jobs.project(null);
      Random random = new Random(3);
      int written = 0;
      for (int trial = 0; trial < TRIALS; trial++) {
        String job = jobs.queued(project);
        Lease old = claim(queue, first);
        Future<Integer> writes = stale.submit(writeUntilLost(transactions, old));
        for (int spin = random.nextInt(100_000); spin > 0; spin--) {
          Thread.onSpinWait();
        }
        jobs.jdbc()
            .sql("UPDATE job SET lease_until = '-infinity' WHERE id = ?")
            .params(job)
            .update();
        while (queue.releaseExpired(List.of()) == 0) {
          Thread.onSpinWait(); // a row that is being written is passed over
        }
        int before = chunks(jobs, old);
        Lease current = claim(queue, second);
        assertThat(writes.get()).as("the worker's own count").isEqualTo(chunks(jobs, old));
        assertThat(chunks(jobs, old)).as("trial %d", trial).isEqualTo(before);
        write(transactions, current, 1);
        assertThat(chunks(jobs, current)).isEqualTo(1);
        transactions.runFenced(
            current,
            (connection, state) -> {
              JobEnd.succeeded("completed").write(connection, current);
              return null;
            });
        written += before;
      }
      assertThat(written).as("the stale worker did write, before").isPositive();
    }
  }

  private static Lease claim(JobQueue queue, String worker) throws SQLException {
    while (true) {
      Optional<ClaimedJob> job = queue.claim(worker, List.of("cpu"), Long.MAX_VALUE, LEASE);
      if (job.isPresent()) {
        return job.get().lease();
      }
      Thread.onSpinWait(); // a job whose row the stale worker is looking at is passed over
    }
  }

  private static Callable<Integer> writeUntilLost(WorkerTransactions transactions, Lease lease) {
    return () -> {
      for (int n = 1; n < 10_000; n++) {
        try {
          write(transactions, lease, n);
        } catch (LeaseLostException e) {
          return n - 1;
        }
      }
      throw new AssertionError("the lease is never lost");
    };
  }

  private static void write(WorkerTransactions transactions, Lease lease, int step)
      throws SQLException {
    transactions.runFenced(
        lease,
        (connection, state) -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO metric_chunk (job_id, attempt, first_step, n, t_min, t_max, dt, loss,"
                      + " grad_norm, epoch, lr) VALUES"
                      + " (?, ?, ?, 1, now(), now(), '{0}', '{1}', '{1}', '{1}', '{0.1}')")) {
            insert.setString(1, lease.jobId());
            insert.setInt(2, lease.attempt());
            insert.setInt(3, step);
            return insert.executeUpdate();
          }
        });
  }

  private static int chunks(TestJobs jobs, Lease lease) {
    return jobs.jdbc()
        .sql("SELECT count(*) FROM metric_chunk WHERE job_id = ? AND attempt = ?")
        .params(lease.jobId(), lease.attempt())
        .query(Integer.class)
        .single();
  }
}
