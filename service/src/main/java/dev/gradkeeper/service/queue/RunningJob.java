package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.engine.train.TrainingResult;
import dev.gradkeeper.engine.train.TrainingResult.Outcome;
import dev.gradkeeper.service.artifacts.Artifacts;
import dev.gradkeeper.service.blobs.BlobContent;
import dev.gradkeeper.service.checkpoints.CheckpointLoader;
import dev.gradkeeper.service.checkpoints.CheckpointStore;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.LeaseLostException;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.lease.WorkerTransactions.FencedWork;
import dev.gradkeeper.service.metrics.MetricRecorder;
import dev.gradkeeper.service.metrics.MetricRecorders;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * One job on one slot's thread, from the claim to its end: whatever a run throws ends that job and
 * nothing else.
 */
final class RunningJob implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(RunningJob.class);

  private final ClaimedJob job;
  private final Training.Source trainings;
  private final MetricRecorders recorders;
  private final CheckpointLoader checkpoints;
  private final CheckpointStore checkpointStore;
  private final Artifacts artifacts;
  private final WorkerTransactions transactions;
  private final QueueMeters meters;

  private volatile boolean stopped;
  private volatile boolean abandoned;
  private volatile boolean leaseLost;
  private volatile MetricRecorder recorder;

  RunningJob(
      ClaimedJob job,
      Training.Source trainings,
      MetricRecorders recorders,
      CheckpointLoader checkpoints,
      CheckpointStore checkpointStore,
      Artifacts artifacts,
      WorkerTransactions transactions,
      QueueMeters meters) {
    this.job = job;
    this.trainings = trainings;
    this.recorders = recorders;
    this.checkpoints = checkpoints;
    this.checkpointStore = checkpointStore;
    this.artifacts = artifacts;
    this.transactions = transactions;
    this.meters = meters;
  }

  Lease lease() {
    return job.lease();
  }

  long memoryBytes() {
    return job.memoryBytes();
  }

  /** The name of the device that it trains on. */
  String device() {
    return job.device();
  }

  /**
   * It stops between micro-batches and is saved. What becomes of it its state says then: a client
   * wants it to rest or to end, or it goes back to the queue.
   */
  void stop() {
    stopped = true;
  }

  /** It stops between steps and writes nothing more. */
  void loseLease() {
    leaseLost = true;
    MetricRecorder current = recorder;
    if (current != null) {
      current.leaseLost();
    }
  }

  /** It stops between steps, and waits for the database no longer. */
  void abandon() {
    abandoned = true;
    MetricRecorder current = recorder;
    if (current != null) {
      current.abandon();
    }
  }

  private boolean stopRequested() {
    return stopped || abandoned || leaseLost;
  }

  @Override
  public void run() {
    try {
      end(trainOrFail());
    } catch (LeaseLostException e) {
      meters.leaseLost();
      log.warn("{}; its run was stopped", e.getMessage());
    } catch (IllegalStateException | SQLException e) {
      log.error("{} could not be ended; its lease will expire", job.lease().jobId(), e);
    }
  }

  /**
   * How a run came out.
   *
   * @param end by the job's state when that is written
   * @param steps that the model was trained for
   */
  private record Result(Function<String, JobEnd> end, long steps, @Nullable BlobContent model) {

    static Result failed(String code, String message) {
      return new Result(_ -> JobEnd.failed(code, message), 0, null);
    }

    static Result stopped() {
      return new Result(JobEnd::stopped, 0, null);
    }
  }

  private Result train() throws SQLException, IOException {
    Optional<Checkpoint> checkpoint =
        checkpoints.load(job.lease(), job.forkedStep(), this::stopRequested);
    try (Training training = trainings.prepare(job)) {
      checkpoint.ifPresent(training::restore);
      MetricRecorder recorder = recorders.start(job.lease(), training.clips());
      this.recorder = recorder;
      long from = checkpoint.map(c -> c.progress().step()).orElse(0L);
      JobSaver saver = new JobSaver(job.lease(), training, from, recorder, checkpointStore, meters);
      TrainingResult result = training.run(saver, this::stopRequested);
      saver.save();
      if (result.outcome() == Outcome.STOPPED) {
        return Result.stopped();
      }
      JobEnd end = JobEnd.succeeded(result.outcome().name().toLowerCase(Locale.ROOT));
      return new Result(_ -> end, result.steps(), BlobContent.of(training::writeModel));
    }
  }

  /** What a run throws is an end, too. */
  private Result trainOrFail() throws SQLException {
    try {
      return train();
    } catch (LeaseLostException e) {
      throw e;
    } catch (TrainingFailedException e) {
      return Result.failed(e.code(), e.getMessage());
    } catch (AcceleratorException e) {
      log.warn("{} failed on {}: {}", job.lease().jobId(), job.device(), e.getMessage());
      return Result.failed(e.code().id(), e.getMessage());
    } catch (OutOfMemoryError e) {
      return Result.failed(
          "out_of_memory",
          "The training needed more memory than there was: "
              + e.getMessage()
              + ". A smaller batch or model, or a service with a larger heap (-Xmx), may help.");
    } catch (DataAccessException | TransactionException e) {
      // The dataset could not be read; when the database is back, so is the job.
      log.warn("{} goes back to the queue: {}", job.lease().jobId(), e.getMessage());
      return Result.stopped();
    } catch (RuntimeException | IOException | Error e) {
      if (abandoned) {
        return Result.stopped();
      }
      log.error("{} failed", job.lease().jobId(), e);
      return Result.failed("internal_error", "The training failed unexpectedly: " + e);
    }
  }

  private void end(Result result) throws SQLException {
    AtomicReference<JobEnd> written = new AtomicReference<>();
    try {
      finish(
          (connection, state) -> {
            if (result.model() != null) {
              artifacts.storeModel(connection, job.lease(), result.steps(), result.model());
            }
            written.set(result.end().apply(state));
            written.get().write(connection, job.lease());
            return null;
          });
      meters.ended(written.get());
    } catch (IllegalStateException e) {
      if (abandoned) {
        throw e;
      }
      // Its steps cannot be stored; that it failed perhaps can.
      JobEnd failed = JobEnd.failed("metrics_not_stored", e.getMessage());
      transactions.runFencedPatiently(job.lease(), write(failed), this::stopRequested);
      meters.ended(failed);
    }
  }

  private void finish(FencedWork<?> work) throws SQLException {
    if (recorder != null) {
      recorder.finish(work);
    } else {
      transactions.runFencedPatiently(job.lease(), work, () -> abandoned || leaseLost);
    }
  }

  private FencedWork<?> write(JobEnd end) {
    return (connection, _) -> {
      end.write(connection, job.lease());
      return null;
    };
  }
}
