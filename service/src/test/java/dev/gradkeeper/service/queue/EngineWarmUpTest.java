package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which jobs wait for the engine's kernels; those that are claimed fail at once. */
@ExtendWith(PostgresFixture.class)
class EngineWarmUpTest {
  @TempDir Path folder;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch compiled = new CountDownLatch(1);
  private final AtomicBoolean leftToJob = new AtomicBoolean();

  private HikariDataSource pool;
  private TestJobs jobs;
  private String project;
  private Home home;
  private Worker worker;

  @BeforeEach
  void open(TestDatabase database) {
    pool = database.pool(4);
    jobs = new TestJobs(pool);
    project = jobs.project(null);
    home = new Home(folder);
  }

  @AfterEach
  void close() throws IOException {
    compiled.countDown();
    worker.stop();
    jobs.jdbc().sql("DELETE FROM job").update();
    pool.close();
    home.close();
  }

  private void startWorker(Duration longest) {
    worker =
        TestWorker.on(
            pool,
            home,
            _ -> {
              throw new TrainingFailedException("invalid_spec", "it is claimed, that is all");
            },
            TestWorker.properties(true),
            new EngineWarmUp(this::steps, longest));
    worker.start();
  }

  private void steps(BooleanSupplier stopRequested) {
    begun.countDown();
    try {
      while (!stopRequested.getAsBoolean() && !compiled.await(1, TimeUnit.MILLISECONDS)) {}
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    leftToJob.set(stopRequested.getAsBoolean());
  }

  @Test
  void whatIsSubmittedMeanwhileWaitsUntilTheyAreCompiled() throws Exception {
    startWorker(Duration.ofDays(1));
    begun.await();
    String job = jobs.queued(project);
    Timestamp first = heartbeat();
    await().until(() -> heartbeat().after(first));
    Timestamp second = heartbeat();
    await().until(() -> heartbeat().after(second));
    assertThat(jobs.history(job)).as("after a whole round of the worker").isEqualTo("queued()");

    compiled.countDown();
    await().until(() -> jobs.state(job).equals("failed"));
    assertThat(leftToJob).isFalse();
  }

  @Test
  void nothingWaitsLongerThanTheLimit() throws Exception {
    startWorker(Duration.ofMillis(100));
    begun.await();
    String job = jobs.queued(project);
    await().until(() -> jobs.state(job).equals("failed"));
    await().untilTrue(leftToJob);
  }

  @Test
  void whatWaitsAtTheStartCompilesThemItself() {
    String job = jobs.queued(project);
    startWorker(Duration.ofDays(1));
    await().until(() -> jobs.state(job).equals("failed"));
    String next = jobs.queued(project);
    await().until(() -> jobs.state(next).equals("failed"));
    assertThat(begun.getCount()).as("no warm-up beside it").isEqualTo(1);
  }

  /** Of the worker: it looks at the queue between two of them. */
  private Timestamp heartbeat() {
    return jobs.jdbc()
        .sql("SELECT heartbeat_at FROM worker WHERE id = ?")
        .params(new WorkerIdentity(home).id())
        .query(Timestamp.class)
        .single();
  }
}
