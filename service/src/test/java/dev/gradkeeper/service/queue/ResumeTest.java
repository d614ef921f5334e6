package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.artifacts.TestArtifacts;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.checkpoints.CheckpointLoader;
import dev.gradkeeper.service.checkpoints.CheckpointStore;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.metrics.MetricRecorders;
import dev.gradkeeper.service.metrics.TestRecorders;
import dev.gradkeeper.service.web.Contract;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs on the engine that end in the middle, as with their process, and go on in the next attempt:
 * the effective series and the model are those of a run that was left alone.
 */
@ExtendWith(PostgresFixture.class)
class ResumeTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int STEPS = 60;
  private static final int EVERY_STEPS = 7;
  private static final Duration LEASE = Duration.ofMinutes(10);

  /** Adam, dropout, windows of three batches across epochs, a new order each epoch, a schedule. */
  private static final String SPEC =
      """
      {"seed": 3,
       "dataset": {"inline": {
         "inputs": [[1, 2], [3, -1], [0, 5], [2, 2], [-4, 1], [0.5, 0.25], [7, 1], [1, 1], [2, -3], [4, 4], [5, 0]],
         "targets": [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1]}, "batch_size": 2, "shuffle": true},
       "model": {"layers": [{"type": "linear", "in_features": 2, "out_features": 8}, {"type": "tanh"},
                            {"type": "dropout", "p": 0.3}, {"type": "linear", "in_features": 8, "out_features": 2}]},
       "loss": {"type": "cross_entropy"},
       "optimizer": {"type": "adam", "lr": 0.01},
       "gradients": {"accumulation_steps": 3, "clip_norm": 1},
       "schedule": {"type": "cosine", "total_steps": 60, "warmup_steps": 5},
       "evaluation": {"split": "train", "every_steps": 4},
       "record": ["parameter_grad_norms"],
       "checkpoint": {"every_steps": %d, "keep_last": 2, "keep_best": 1},
       "max_steps": %d}
      """
          .formatted(EVERY_STEPS, STEPS);

  private HikariDataSource pool;
  private TestJobs jobs;
  private JobQueue queue;
  private WorkerTransactions transactions;
  private CheckpointStore store;
  private Blobs blobs;
  private MetricRecorders recorders;
  private String worker;
  private String project;

  /** Called after each micro-batch, with the run and its step. */
  private ObjLongConsumer<RunningJob> disturbance = (_, _) -> {};

  private RunningJob running;

  @BeforeEach
  void connect(TestDatabase database) {
    pool = database.pool(4);
    jobs = new TestJobs(pool);
    transactions = new WorkerTransactions(new JdbcTransactionManager(pool), pool);
    queue = new JobQueue(transactions, Duration.ZERO);
    blobs = new Blobs(new JdbcTemplate(pool));
    store = new CheckpointStore(blobs);
    recorders = recorders(Clock.systemUTC());
    worker = jobs.worker();
    project = jobs.project(null);
  }

  @AfterEach
  void disconnect() {
    jobs.jdbc().sql("DELETE FROM job").update();
    jobs.jdbc().sql("DELETE FROM blob").update();
    pool.close();
  }

  private MetricRecorders recorders(Clock clock) {
    return TestRecorders.on(
        transactions,
        new GradkeeperProperties(
            Path.of("unused"),
            null,
            null,
            new GradkeeperProperties.Metrics(4, Duration.ofMillis(5), 1024),
            null),
        clock);
  }

  private String submit(String spec) {
    String job = jobs.queued(project);
    jobs.jdbc()
        .sql("UPDATE job SET spec = ?::jsonb WHERE id = ?")
        .params(new Contract().complete("JobSpec", JSON.readTree(spec)).toString(), job)
        .update();
    return job;
  }

  /** One attempt at the next job, from the claim to its end. */
  private void attempt() {
    // A claim passes over a job whose row another attempt's recorder is just looking at.
    ClaimedJob claimed =
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(2))
            .until(
                () -> queue.claim(worker, List.of("cpu"), Long.MAX_VALUE, LEASE),
                Optional::isPresent)
            .orElseThrow();
    running =
        new RunningJob(
            claimed,
            job ->
                new DisturbedTraining(
                    new EngineTrainings(JSON, null, null).prepare(job),
                    step -> disturbance.accept(running, step)),
            recorders,
            new CheckpointLoader(store, blobs, transactions),
            store,
            TestArtifacts.on(pool),
            transactions,
            new QueueMeters(new SimpleMeterRegistry()));
    running.run();
  }

  /** As if its process had been killed: nothing more is written, and its lease expires. */
  private void killAt(String job, long step) throws SQLException {
    disturbance =
        (run, at) -> {
          awaitCheckpoint(job, at);
          if (at == step) {
            run.abandon();
          }
        };
    attempt();
    disturbance = (_, _) -> {};
    jobs.jdbc().sql("UPDATE job SET lease_until = '-infinity' WHERE state = 'running'").update();
    assertThat(queue.releaseExpired(List.of())).isEqualTo(1);
  }

  /** Waits for the checkpoint that is due up to here, which another thread stores. */
  private void awaitCheckpoint(String job, long step) {
    long due = step - step % EVERY_STEPS;
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> due == 0 || checkpoints(job).stream().anyMatch(at -> at >= due));
  }

  private List<Map<String, Object>> steps(String job) {
    return jobs.jdbc()
        .sql(
            "SELECT step, epoch, loss, grad_norm, grad_norm_clipped, lr FROM training_step"
                + " WHERE job_id = ? ORDER BY step")
        .params(job)
        .query()
        .listOfRows();
  }

  private List<Map<String, Object>> series(String job) {
    return jobs.jdbc()
        .sql(
            "SELECT series, step, value FROM training_series WHERE job_id = ? ORDER BY series, step")
        .params(job)
        .query()
        .listOfRows();
  }

  private String model(String job) {
    return jobs.jdbc()
        .sql("SELECT encode(blob, 'hex') FROM artifact WHERE job_id = ?")
        .params(job)
        .query(String.class)
        .single();
  }

  private List<Long> numbers(String sql, String job) {
    return jobs.jdbc().sql(sql).params(job).query(Long.class).list();
  }

  private List<Long> fromSteps(String job) {
    return numbers("SELECT from_step FROM job_attempt WHERE job_id = ? ORDER BY attempt", job);
  }

  private List<Long> checkpoints(String job) {
    return numbers("SELECT step FROM checkpoint WHERE job_id = ? ORDER BY step", job);
  }

  private void assertUndisturbed(String job, String undisturbed) {
    assertThat(jobs.state(job)).isEqualTo("succeeded");
    assertThat(steps(job)).hasSize(STEPS).isEqualTo(steps(undisturbed));
    assertThat(series(job)).isNotEmpty().isEqualTo(series(undisturbed));
    assertThat(model(job)).isEqualTo(model(undisturbed));
  }

  private String undisturbed() {
    String job = submit(SPEC);
    attempt();
    assertThat(jobs.state(job)).isEqualTo("succeeded");
    return job;
  }

  @Test
  void aJobThatIsKilledAgainAndAgainGoesOnToTheSameBits() throws SQLException {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    for (long step : List.of(5L, 16L, 30L, 59L)) {
      killAt(job, step);
    }
    attempt();
    assertUndisturbed(job, undisturbed);
    assertThat(fromSteps(job)).containsExactly(0L, 0L, 14L, 28L, 56L);
  }

  @Test
  void aRunThatIsStoppedGoesOnFromThereAlsoInTheMiddleOfAWindow() {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    int[] microBatches = {0};
    disturbance =
        (run, _) -> {
          if (++microBatches[0] % 31 == 0) {
            run.stop();
          }
        };
    while (!jobs.state(job).equals("succeeded")) {
      attempt();
    }
    assertUndisturbed(job, undisturbed);
    assertThat(fromSteps(job)).containsExactly(0L, 10L, 20L, 31L, 41L, 51L);
    assertThat(numbers("SELECT restarts FROM job WHERE id = ?", job)).containsExactly(0L);
  }

  @Test
  void aBrokenCheckpointIsPassedOverAndThatIsSaid() {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    disturbance =
        (run, step) -> {
          awaitCheckpoint(job, step);
          stopAt(run, step, 20);
        };
    attempt();
    disturbance = (_, _) -> {};
    assertThat(checkpoints(job)).endsWith(14L, 20L);
    jobs.jdbc()
        .sql(
            "UPDATE blob_chunk SET data = set_byte(data, 3000, get_byte(data, 3000) # 1)"
                + " WHERE sha256 = (SELECT blob FROM checkpoint WHERE job_id = ? AND step = 20)")
        .params(job)
        .update();
    attempt();
    assertUndisturbed(job, undisturbed);
    assertThat(fromSteps(job)).containsExactly(0L, 14L);
    assertThat(
            jobs.jdbc()
                .sql("SELECT note FROM job_attempt WHERE job_id = ? AND attempt = 2")
                .params(job)
                .query(String.class)
                .single())
        .isEqualTo(
            "The checkpoint of step 20 cannot be used (its bytes are not those of its SHA-256);"
                + " the job goes on from step 14.");
  }

  @Test
  void withoutAnyCheckpointThatCanBeReadTheJobBeginsAgain() {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    disturbance = (run, step) -> stopAt(run, step, 20);
    attempt();
    disturbance = (_, _) -> {};
    jobs.jdbc()
        .sql(
            "DELETE FROM blob_chunk WHERE sha256 IN (SELECT blob FROM checkpoint WHERE job_id = ?)")
        .params(job)
        .update();
    attempt();
    assertUndisturbed(job, undisturbed);
    assertThat(fromSteps(job)).containsExactly(0L, 0L);
  }

  @Test
  void theNewestAndTheBestAreKept() {
    String job = submit(SPEC);
    attempt();
    long best =
        numbers(
                "SELECT step FROM training_series WHERE job_id = ? AND series = 'eval_loss' ORDER BY value LIMIT 1",
                job)
            .getFirst();
    assertThat(checkpoints(job)).endsWith(60L).hasSizeBetween(2, 3);
    assertThat(numbers("SELECT step FROM checkpoint WHERE job_id = ? ORDER BY score LIMIT 1", job))
        .allMatch(step -> step >= best);
    assertThat(
            jobs.jdbc()
                .sql(
                    "SELECT count(*) FROM blob b WHERE NOT EXISTS (SELECT FROM checkpoint c WHERE c.blob = b.sha256)"
                        + " AND NOT EXISTS (SELECT FROM artifact a WHERE a.blob = b.sha256)")
                .query(Long.class)
                .single())
        .as("bytes that nothing refers to")
        .isZero();
  }

  @Test
  void noCheckpointIsThereWithoutTheStepsBeforeIt() {
    String job =
        submit(SPEC.replace("\"every_steps\": %d".formatted(EVERY_STEPS), "\"every_steps\": 1"));
    disturbance =
        (_, _) ->
            assertThat(
                    numbers(
                        "SELECT c.step FROM checkpoint c WHERE c.job_id = ? AND c.step >"
                            + " (SELECT COALESCE(max(step), 0) FROM training_step t WHERE t.job_id = c.job_id)",
                        job))
                .isEmpty();
    attempt();
    assertThat(jobs.state(job)).isEqualTo("succeeded");
  }

  @Test
  void aFrozenWorkerThatWakesUpWritesNothing() {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    List<List<Long>> written = new ArrayList<>();
    disturbance =
        (_, step) -> {
          if (step == 20) {
            disturbance = (_, _) -> {};
            jobs.jdbc()
                .sql("UPDATE job SET lease_until = '-infinity' WHERE id = ?")
                .params(job)
                .update();
            try {
              while (queue.releaseExpired(List.of()) == 0) {
                Thread.onSpinWait(); // its row is just being written
              }
              worker = jobs.worker();
              attempt();
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
            written.add(rows(job));
          }
        };
    attempt();
    assertUndisturbed(job, undisturbed);
    assertThat(written).containsExactly(rows(job));
    assertThat(jobs.history(job))
        .isEqualTo(
            "queued() running(claimed) queued(lease_expired) running(claimed) succeeded(completed)");
  }

  /** All that two attempts have written. */
  private List<Long> rows(String job) {
    return numbers(
        "SELECT sum(n) FROM metric_chunk WHERE job_id = ? GROUP BY attempt ORDER BY attempt", job);
  }

  @Test
  void theTimeOfDayMayJump() throws SQLException {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    for (String time : List.of("2100-01-01T00:00:00Z", "1999-01-01T00:00:00Z")) {
      recorders = recorders(Clock.fixed(Instant.parse(time), ZoneOffset.UTC));
      killAt(job, time.startsWith("2") ? 16 : 40);
    }
    disturbance =
        (_, _) ->
            assertThat(
                    jobs.jdbc()
                        .sql(
                            "SELECT lease_until BETWEEN now() AND now() + interval '10 minutes' FROM job WHERE id = ?")
                        .params(job)
                        .query(Boolean.class)
                        .single())
                .as("leases are timed by the database")
                .isTrue();
    attempt();
    disturbance = (_, _) -> {};
    assertUndisturbed(job, undisturbed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"53100", "57P01", "08006"})
  void whatTheDatabaseCannotStoreForAWhileIsStoredLater(String disaster) {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    failing("checkpoint", "nextval('disasters') <= 5", disaster);
    try {
      attempt();
    } finally {
      jobs.jdbc().sql("DROP TRIGGER disaster ON checkpoint").update();
    }
    assertUndisturbed(job, undisturbed);
    assertThat(checkpoints(job)).endsWith(60L);
  }

  @Test
  void aCheckpointThatCannotBeStoredDoesNotStopTheJob() {
    String undisturbed = undisturbed();
    String job = submit(SPEC);
    failing("checkpoint", "true", "23514");
    try {
      attempt();
    } finally {
      jobs.jdbc().sql("DROP TRIGGER disaster ON checkpoint").update();
    }
    assertUndisturbed(job, undisturbed);
    assertThat(checkpoints(job)).isEmpty();
  }

  /** Inserting fails while the condition holds; a sequence counts also what is rolled back. */
  private void failing(String table, String condition, String sqlState) {
    jobs.jdbc().sql("DROP SEQUENCE IF EXISTS disasters").update();
    jobs.jdbc().sql("CREATE SEQUENCE disasters").update();
    jobs.jdbc()
        .sql(
            """
            CREATE OR REPLACE FUNCTION disaster() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF %s THEN RAISE EXCEPTION 'a disaster' USING ERRCODE = '%s'; END IF;
                RETURN NEW;
            END $$
            """
                .formatted(condition, sqlState))
        .update();
    jobs.jdbc()
        .sql(
            "CREATE TRIGGER disaster BEFORE INSERT ON "
                + table
                + " FOR EACH ROW EXECUTE FUNCTION disaster()")
        .update();
  }

  private static void stopAt(RunningJob run, long step, long at) {
    if (step == at) {
      run.stop();
    }
  }
}
