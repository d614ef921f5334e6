package dev.gradkeeper.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.LeaseLostException;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.postgres.EmbeddedPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Every step arrives, whatever the database does; on a Postgres of its own, which it stops. */
class MetricRecorderTest {

  private static final int CHUNK = 8;
  private static final int BUFFER = 64;

  @TempDir static Path folder;

  private static EmbeddedPostgres postgres;
  private static HikariDataSource pool;
  private static TestJobs jobs;
  private static WorkerTransactions transactions;

  @BeforeAll
  static void start() {
    postgres = startPostgres(0);
    Flyway.configure()
        .dataSource(postgres.url(), postgres.user(), postgres.password())
        .load()
        .migrate();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(postgres.url());
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setConnectionTimeout(500);
    pool = new HikariDataSource(config);
    jobs = new TestJobs(pool);
    transactions = new WorkerTransactions(new JdbcTransactionManager(pool), pool);
  }

  @AfterAll
  static void stop() {
    pool.close();
    postgres.close();
  }

  private static EmbeddedPostgres startPostgres(int port) {
    return EmbeddedPostgres.start(
        PostgresFixture.programs(), folder.resolve("postgres"), "secret", port);
  }

  private static Lease running() {
    String worker = jobs.worker();
    String job = jobs.queued("prj_default");
    jobs.jdbc()
        .sql(
            "UPDATE job SET state = 'running', attempt = 1, worker_id = ?, lease_until = now() WHERE id = ?")
        .params(worker, job)
        .update();
    jobs.jdbc()
        .sql("INSERT INTO job_attempt (job_id, attempt, from_step, worker_id) VALUES (?, 1, 0, ?)")
        .params(job, worker)
        .update();
    return new Lease(job, 1, worker);
  }

  private static MetricRecorder recorder(Lease lease, int buffer) {
    return recorder(lease, buffer, 20_000_000L);
  }

  private static MetricRecorder recorder(Lease lease, int buffer, long flushNanos) {
    MetricRecorder recorder =
        new MetricRecorder(
            lease,
            false,
            1_000_000L,
            CHUNK,
            buffer,
            flushNanos,
            transactions,
            new MetricMeters(new SimpleMeterRegistry()));
    recorder.start();
    return recorder;
  }

  private static void train(MetricRecorder recorder, int from, int to) {
    for (int step = from; step <= to; step++) {
      recorder.onStep(step, 1 + step / 10, loss(step), 2 * loss(step), 0.1, 2 * loss(step));
    }
  }

  private static float loss(int step) {
    return step % 50 == 7 ? Float.NaN : 1f / step;
  }

  /** Succeeds the job in the transaction of the last steps. */
  private static void finish(MetricRecorder recorder, Lease lease) {
    recorder.finish(
        (connection, state) -> {
          try (var update =
              connection.prepareStatement(
                  "UPDATE job SET state = 'succeeded', finished_at = now(), worker_id = NULL,"
                      + " lease_until = NULL WHERE id = ?")) {
            update.setString(1, lease.jobId());
            return update.executeUpdate();
          }
        });
  }

  private static void assertStoredOnce(Lease lease, int steps) {
    List<Float> losses =
        jobs.jdbc()
            .sql("SELECT loss FROM training_step WHERE job_id = ? ORDER BY step")
            .params(lease.jobId())
            .query(Float.class)
            .list();
    assertThat(losses).hasSize(steps);
    for (int step = 1; step <= steps; step++) {
      assertThat(losses.get(step - 1)).isEqualTo((Float) loss(step));
    }
    assertThat(
            jobs.jdbc()
                .sql(
                    "SELECT count(*) = max(step) AND min(step) = 1 FROM training_step WHERE job_id = ?")
                .params(lease.jobId())
                .query(Boolean.class)
                .single())
        .as("numbered from 1 without a gap")
        .isTrue();
  }

  @Test
  void stepsProgressAndTheEndAreStored() {
    Lease lease = running();
    MetricRecorder recorder = recorder(lease, BUFFER);
    train(recorder, 1, 1000);
    recorder.onValue("eval_loss", 1000, 0.25);
    finish(recorder, lease);

    assertStoredOnce(lease, 1000);
    assertThat(jobs.history(lease.jobId())).isEqualTo("queued() running() succeeded()");
    assertThat(
            jobs.jdbc()
                .sql("SELECT step || ' ' || epoch || ' ' || last_loss FROM job WHERE id = ?")
                .params(lease.jobId())
                .query(String.class)
                .single())
        .isEqualTo("1000 101 0.001");
    assertThat(number("SELECT max(n) FROM metric_chunk WHERE job_id = ?", lease))
        .isLessThanOrEqualTo(CHUNK);
    assertThat(
            jobs.jdbc()
                .sql("SELECT value FROM training_series WHERE job_id = ? AND series = 'eval_loss'")
                .params(lease.jobId())
                .query(Float.class)
                .list())
        .containsExactly(0.25f);
  }

  @Test
  @Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
  void theFirstRowIsStoredAtOnceAndLaterOnesOfFastStepsTogether() {
    Lease lease = running();
    MetricRecorder recorder = afterTheFirstRow(lease);
    train(recorder, CHUNK + 1, CHUNK + BUFFER / 2 - 1);
    for (int reads = 0; reads < 50; reads++) {
      assertThat(storedSteps(lease)).isEqualTo(CHUNK);
    }
    train(recorder, CHUNK + BUFFER / 2, CHUNK + BUFFER / 2);
    awaitSteps(lease, CHUNK + BUFFER / 2);
    assertThat(
            number("SELECT count(DISTINCT xmin::text) FROM metric_chunk WHERE job_id = ?", lease))
        .as("transactions")
        .isEqualTo(2);
    finish(recorder, lease);
    assertStoredOnce(lease, CHUNK + BUFFER / 2);
  }

  @Test
  @Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
  void halfABufferOfOtherValuesIsStoredAtOnce() {
    Lease lease = running();
    MetricRecorder recorder = afterTheFirstRow(lease);
    for (int step = 1; step <= BUFFER / 2; step++) {
      assertThat(storedValues(lease)).isZero();
      recorder.onValue("grad_norm/w", step, 0.5);
    }
    while (storedValues(lease) < BUFFER / 2) {
      Thread.onSpinWait();
    }
    finish(recorder, lease);
  }

  /** Whose row of steps is stored, and whose next flush of its own accord is half an hour away. */
  private static MetricRecorder afterTheFirstRow(Lease lease) {
    MetricRecorder recorder = recorder(lease, BUFFER, TimeUnit.HOURS.toNanos(1));
    train(recorder, 1, CHUNK);
    awaitSteps(lease, CHUNK);
    return recorder;
  }

  private static int storedValues(Lease lease) {
    return number(
        "SELECT coalesce(sum(cardinality(value)), 0) FROM metric_series_chunk WHERE job_id = ?",
        lease);
  }

  private static void awaitSteps(Lease lease, int steps) {
    while (storedSteps(lease) < steps) {
      Thread.onSpinWait();
    }
  }

  /** What a query of one number says of the lease's job. */
  private static int number(String sql, Lease lease) {
    return jobs.jdbc().sql(sql).params(lease.jobId()).query(Integer.class).single();
  }

  private static int storedSteps(Lease lease) {
    return number("SELECT step FROM job WHERE id = ?", lease);
  }

  @Test
  void trainingGoesOnWithoutTheDatabaseWhileThereIsRoomThenWaitsAndLosesNothing() throws Exception {
    Lease lease = running();
    MetricRecorder recorder = recorder(lease, BUFFER);
    train(recorder, 1, 10);
    int port = postgres.port();
    postgres.close();
    // Fits into the buffer: returns, although nothing can be stored.
    train(recorder, 11, BUFFER);
    Thread training =
        Thread.ofPlatform()
            .start(
                () -> {
                  train(recorder, BUFFER + 1, 20 * BUFFER);
                  finish(recorder, lease);
                });
    awaitState(training, Thread.State.TIMED_WAITING);
    postgres = startPostgres(port);
    training.join();
    assertStoredOnce(lease, 20 * BUFFER);
    assertThat(jobs.state(lease.jobId())).isEqualTo("succeeded");
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aLostLeaseStopsTheNextStepAndNothingMoreIsStored() throws SQLException {
    Lease lease = running();
    MetricRecorder recorder = recorder(lease, BUFFER);
    jobs.jdbc().sql("UPDATE job SET attempt = 2 WHERE id = ?").params(lease.jobId()).update();
    assertThatThrownBy(() -> train(recorder, 1, 100 * BUFFER))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("no longer held by attempt 1");
    assertThatThrownBy(() -> finish(recorder, lease)).isInstanceOf(LeaseLostException.class);
    assertThat(jobs.state(lease.jobId())).isEqualTo("running");
    assertThat(number("SELECT count(*) FROM metric_chunk WHERE job_id = ?", lease)).isZero();
  }

  @Test
  void aStepMakesNoGarbage() {
    Lease lease = running();
    MetricRecorder recorder = recorder(lease, 1 << 17);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    train(recorder, 1, 1000);
    long before = threads.getCurrentThreadAllocatedBytes();
    train(recorder, 1001, 101_000);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    recorder.leaseLost();
    assertThat(bytes).as("of 100,000 steps").isLessThan(10_000);
  }
}
