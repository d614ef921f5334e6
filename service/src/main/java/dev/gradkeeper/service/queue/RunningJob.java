package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.engine.train.TrainingResult;
import dev.gradkeeper.service.artifacts.Artifacts;
import dev.gradkeeper.service.artifacts.ModelFile;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.LeaseLostException;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.lease.WorkerTransactions.FencedWork;
import dev.gradkeeper.service.metrics.MetricRecorder;
import dev.gradkeeper.service.metrics.MetricRecorders;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
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

  private enum Wish {
    GO_ON,
    CANCEL,
    HAND_BACK
  }

  private final ClaimedJob job;
  private final Training.Source trainings;
  private final MetricRecorders recorders;
  private final Artifacts artifacts;
  private final WorkerTransactions transactions;
  private final QueueMeters meters;

  private volatile Wish wish = Wish.GO_ON;
  private volatile boolean abandoned;
  private volatile boolean leaseLost;
  private volatile MetricRecorder recorder;

  RunningJob(
      ClaimedJob job,
      Training.Source trainings,
      MetricRecorders recorders,
      Artifacts artifacts,
      WorkerTransactions transactions,
      QueueMeters meters) {
    this.job = job;
    this.trainings = trainings;
    this.recorders = recorders;
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

  /** A client wants it to end; it stops between steps. */
  void cancel() {
    wish = Wish.CANCEL;
  }

  /** The service stops; the job goes back to the queue between steps. */
  void handBack() {
    if (wish == Wish.GO_ON) {
      wish = Wish.HAND_BACK;
    }
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
    return wish != Wish.GO_ON || abandoned || leaseLost;
  }

  @Override
  public void run() {
    try {
      end(train());
    } catch (LeaseLostException e) {
      meters.leaseLost();
      log.warn("{}; its run was stopped", e.getMessage());
    } catch (IllegalStateException | SQLException e) {
      log.error("{} could not be ended; its lease will expire", job.lease().jobId(), e);
    }
  }

  private record Result(JobEnd end, ModelFile model) {}

  private Result train() {
    try (Training training = trainings.prepare(job)) {
      recorder = recorders.start(job.lease(), training.clips());
      TrainingResult result = training.run(recorder, this::stopRequested);
      return switch (result.outcome()) {
        case STOPPED ->
            new Result(wish == Wish.CANCEL ? JobEnd.cancelled() : JobEnd.handedBack(), null);
        default ->
            new Result(
                JobEnd.succeeded(result.outcome().name().toLowerCase(Locale.ROOT)),
                artifacts.spool(result.steps(), training::writeModel));
      };
    } catch (LeaseLostException e) {
      throw e;
    } catch (TrainingFailedException e) {
      return new Result(JobEnd.failed(e.code(), e.getMessage()), null);
    } catch (OutOfMemoryError e) {
      return new Result(
          JobEnd.failed(
              "out_of_memory",
              "The training needed more memory than there was: "
                  + e.getMessage()
                  + ". A smaller batch or model, or a service with a larger heap (-Xmx), may help."),
          null);
    } catch (DataAccessException | TransactionException e) {
      // The dataset could not be read; when the database is back, so is the job.
      log.warn("{} goes back to the queue: {}", job.lease().jobId(), e.getMessage());
      return new Result(JobEnd.handedBack(), null);
    } catch (RuntimeException | IOException | Error e) {
      log.error("{} failed", job.lease().jobId(), e);
      return new Result(
          JobEnd.failed("internal_error", "The training failed unexpectedly: " + e), null);
    }
  }

  private void end(Result result) throws SQLException {
    try {
      finish(
          (connection, state) -> {
            if (result.model() != null) {
              artifacts.store(connection, job.lease(), result.model());
            }
            result.end().write(connection, job.lease(), state);
            return null;
          });
      meters.ended(result.end());
    } catch (IllegalStateException e) {
      if (abandoned) {
        throw e;
      }
      // Its steps cannot be stored; that it failed perhaps can.
      JobEnd failed = JobEnd.failed("metrics_not_stored", e.getMessage());
      transactions.runFencedPatiently(job.lease(), write(failed), this::stopRequested);
      meters.ended(failed);
    } finally {
      if (result.model() != null) {
        artifacts.discard(result.model());
      }
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
    return (connection, state) -> {
      end.write(connection, job.lease(), state);
      return null;
    };
  }
}
