package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.engine.train.TrainingResult;
import dev.gradkeeper.engine.train.TrainingResult.Outcome;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.checkpoints.CheckpointPolicy;
import dev.gradkeeper.service.checkpoints.TestCheckpoints;
import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker with two slots and a made-up training: what becomes of jobs. */
@ExtendWith(PostgresFixture.class)
class WorkerTest {

  private static final long NEVER = Long.MAX_VALUE;

  @TempDir Path folder;

  private HikariDataSource pool;
  private TestJobs jobs;
  private Home home;
  private Worker worker;
  private JobQueue queue;
  private String project;

  /** What the training of a job does, by the job's id; the default trains 300 steps. */
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();

  /** The step that the training of a job went on from. */
  private final Map<String, Long> restored = new ConcurrentHashMap<>();

  /** Its last step. */
  private final Map<String, Long> trained = new ConcurrentHashMap<>();

  private final AtomicInteger training = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();

  private interface Script {
    Outcome run(TrainingListener listener, BooleanSupplier stopRequested);
  }

  @BeforeEach
  void startWorker(TestDatabase database) {
    pool = database.pool(8);
    jobs = new TestJobs(pool);
    project = jobs.project(null);
    home = new Home(folder);
    worker = TestWorker.on(pool, home, job -> new Scripted(job.lease().jobId()));
    queue = new JobQueue(TestWorker.transactions(pool), Duration.ZERO);
    worker.start();
  }

  @AfterEach
  void stopWorker() throws IOException {
    worker.stop();
    jobs.jdbc().sql("DELETE FROM job").update();
    pool.close();
    home.close();
  }

  private final class Scripted implements Training {
    private final String job;

    Scripted(String job) {
      this.job = job;
    }

    @Override
    public boolean clips() {
      return false;
    }

    @Override
    public boolean evaluates() {
      return false;
    }

    @Override
    public CheckpointPolicy checkpoints() {
      return new CheckpointPolicy(100L, Duration.ofDays(1), 2, 0);
    }

    @Override
    public void restore(Checkpoint checkpoint) {
      restored.put(job, checkpoint.progress().step());
    }

    @Override
    public Checkpoint checkpoint() {
      return TestCheckpoints.at(trained.getOrDefault(job, 0L));
    }

    @Override
    public TrainingResult run(TrainingListener listener, BooleanSupplier stopRequested) {
      TrainingListener noting =
          (step, epoch, loss, norm, lr, clipped) -> {
            listener.onStep(step, epoch, loss, norm, lr, clipped);
            trained.put(job, step);
          };
      mostAtOnce.accumulateAndGet(training.incrementAndGet(), Math::max);
      try {
        Script script = scripts.getOrDefault(job, steps(300, new AtomicLong()));
        return new TrainingResult(script.run(noting, stopRequested), 300, 1);
      } finally {
        training.decrementAndGet();
      }
    }

    @Override
    public void writeModel(OutputStream out) throws IOException {
      out.write(new byte[] {1, 2, 3});
    }

    @Override
    public void close() {}
  }

  /** Trains until the steps are made or it is to stop; counts them. */
  private static Script steps(long most, AtomicLong made) {
    return (listener, stopRequested) -> {
      while (made.get() < most) {
        if (stopRequested.getAsBoolean()) {
          return Outcome.STOPPED;
        }
        long step = made.get() + 1;
        listener.onStep(step, 1, 1f / step, 1f, 0.1, 1f);
        made.set(step);
      }
      return Outcome.COMPLETED;
    };
  }

  private String submit(Script script) {
    return submit(script, 0);
  }

  private String submit(Script script, long memory) {
    // Held back until its script is there.
    jobs.jdbc()
        .sql("UPDATE project SET max_running_jobs = 0 WHERE id = ?")
        .params(project)
        .update();
    String job = jobs.queued(project, 5, memory);
    scripts.put(job, script);
    jobs.jdbc()
        .sql("UPDATE project SET max_running_jobs = NULL WHERE id = ?")
        .params(project)
        .update();
    return job;
  }

  private void awaitState(String job, String state) {
    await().atMost(Duration.ofMinutes(2)).until(() -> jobs.state(job).equals(state));
  }

  private long stored(String job) {
    return jobs.jdbc()
        .sql("SELECT count(*) FROM training_step WHERE job_id = ?")
        .params(job)
        .query(Long.class)
        .single();
  }

  private String error(String job) {
    return jobs.jdbc()
        .sql("SELECT error_code || ': ' || error_message FROM job WHERE id = ?")
        .params(job)
        .query(String.class)
        .single();
  }

  @Test
  void aJobIsTrainedAndLeavesItsStepsAndItsModel() {
    String job = jobs.queued(project);
    awaitState(job, "succeeded");
    assertThat(jobs.history(job)).isEqualTo("queued() running(claimed) succeeded(completed)");
    assertThat(stored(job)).isEqualTo(300);
    assertThat(
            jobs.jdbc()
                .sql(
                    "SELECT data FROM artifact JOIN blob_chunk ON sha256 = blob"
                        + " WHERE job_id = ? AND name = 'model.safetensors' AND step = 300")
                .params(job)
                .query(byte[].class)
                .single())
        .containsExactly(1, 2, 3);
  }

  @Test
  void aCancelledJobStopsBetweenStepsAndKeepsThem() {
    AtomicLong made = new AtomicLong();
    String job = submit(steps(NEVER, made));
    await().until(() -> made.get() > 100);
    jobs.jdbc().sql("UPDATE job SET state = 'cancelling' WHERE id = ?").params(job).update();
    awaitState(job, "cancelled");
    assertThat(stored(job)).isEqualTo(made.get());
  }

  @Test
  void whatARunThrowsFailsItsJobAndNothingElse() {
    AtomicLong made = new AtomicLong();
    String other = submit(steps(NEVER, made));
    String nonfinite =
        submit(
            (listener, stop) -> {
              throw new TrainingFailedException("nonfinite_loss", "step 1: the loss is NaN");
            });
    String memory =
        submit(
            (listener, stop) -> {
              listener.onStep(1, 1, 1f, 1f, 0.1, 1f);
              throw new OutOfMemoryError("Java heap space");
            });
    String bug =
        submit(
            (listener, stop) -> {
              throw new IllegalStateException("a bug \0");
            });
    awaitState(nonfinite, "failed");
    awaitState(memory, "failed");
    awaitState(bug, "failed");
    assertThat(error(nonfinite)).isEqualTo("nonfinite_loss: step 1: the loss is NaN");
    assertThat(error(memory)).startsWith("out_of_memory: ").contains("Java heap space", "-Xmx");
    assertThat(stored(memory)).as("the steps before").isEqualTo(1);
    assertThat(error(bug))
        .isEqualTo(
            "internal_error: The training failed unexpectedly: java.lang.IllegalStateException: a bug ");

    assertThat(jobs.state(other)).isEqualTo("running");
    String next = jobs.queued(project);
    awaitState(next, "succeeded");
  }

  @Test
  void aRunThatHasLostItsJobStopsAndWritesNothingMore() {
    AtomicLong made = new AtomicLong();
    String job = submit(steps(NEVER, made));
    await().until(() -> made.get() > 100);
    String thief = jobs.worker();
    jobs.jdbc()
        .sql("UPDATE job SET attempt = 2, worker_id = ?, lease_until = 'infinity' WHERE id = ?")
        .params(thief, job)
        .update();
    long stored = stored(job);
    await().until(() -> worker.runningJobs().isEmpty());
    assertThat(stored(job)).isEqualTo(stored);
    assertThat(jobs.state(job)).isEqualTo("running");
    assertThat(
            jobs.jdbc()
                .sql("SELECT worker_id FROM job WHERE id = ?")
                .params(job)
                .query(String.class)
                .single())
        .isEqualTo(thief);
  }

  @Test
  void aServiceThatStopsHandsItsJobsBack() {
    AtomicLong made = new AtomicLong();
    String job = submit(steps(NEVER, made));
    await().until(() -> made.get() > 100);
    worker.stop();
    assertThat(jobs.history(job)).isEqualTo("queued() running(claimed) queued(handed_back)");
    assertThat(stored(job)).isEqualTo(made.get());
    assertThat(
            jobs.jdbc()
                .sql("SELECT restarts FROM job WHERE id = ?")
                .params(job)
                .query(Integer.class)
                .single())
        .as("a stop is nobody's fault")
        .isZero();

    long handedBack = made.get();
    scripts.put(job, steps(handedBack + 200, made));
    worker.start();
    awaitState(job, "succeeded");
    assertThat(restored.get(job)).as("saved where it was handed back").isEqualTo(handedBack);
    assertThat(stored(job)).as("each step once").isEqualTo(handedBack + 200);
  }

  @Test
  void jobsThatNeedMoreThanHalfOfTheMemoryRunOneAfterTheOther() {
    long most = (long) (Runtime.getRuntime().maxMemory() * 0.5 * 0.6);
    List<String> big =
        List.of(
            submit(steps(2000, new AtomicLong()), most),
            submit(steps(2000, new AtomicLong()), most),
            submit(steps(2000, new AtomicLong()), most));
    big.forEach(job -> awaitState(job, "succeeded"));
    assertThat(mostAtOnce).hasValue(1);
  }

  @Test
  void leasesAreRenewedWhileAJobTrains() throws Exception {
    AtomicLong made = new AtomicLong();
    String job = submit(steps(NEVER, made));
    await().until(() -> made.get() > 0);
    var first = leaseOf(job);
    await().until(() -> leaseOf(job).after(first));
    assertThat(queue.releaseExpired(List.of())).isZero();
  }

  private Timestamp leaseOf(String job) {
    return jobs.jdbc()
        .sql("SELECT lease_until FROM job WHERE id = ?")
        .params(job)
        .query(Timestamp.class)
        .single();
  }

  /** The next start leaves the processor to them. */
  @Test
  void aNoteIsThereWhileJobsAreUnfinished() {
    UnfinishedNote note = new UnfinishedNote(folder);
    AtomicLong made = new AtomicLong();
    String job = submit(steps(NEVER, made));
    await().until(() -> made.get() > 0);
    assertThat(note.noted()).isTrue();

    worker.stop();
    assertThat(jobs.state(job)).isEqualTo("queued");
    assertThat(note.noted()).as("handed back").isTrue();

    scripts.put(job, steps(made.get() + 10, made));
    worker.start();
    awaitState(job, "succeeded");
    await().until(() -> !note.noted());
  }
}
