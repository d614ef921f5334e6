package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.engine.train.TrainingRun;
import dev.gradkeeper.service.checkpoints.CheckpointFile;
import dev.gradkeeper.service.checkpoints.CheckpointPolicy;
import dev.gradkeeper.service.checkpoints.CheckpointStore;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.metrics.MetricRecorder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears a run for its recorder, and saves it between two micro-batches when that is due: the
 * training thread copies what it will overwrite and goes on, the recorder's thread stores it. While
 * one is being stored no other is taken.
 */
final class JobSaver implements TrainingListener {

  private static final Logger log = LoggerFactory.getLogger(JobSaver.class);
  private static final String EVALUATION = "eval_loss";

  private final Lease lease;
  private final Training training;
  private final CheckpointPolicy policy;
  private final MetricRecorder recorder;
  private final CheckpointStore store;
  private final QueueMeters meters;

  private long step;
  private long savedStep;
  private long savedNanos = System.nanoTime();
  private @Nullable Float loss;
  private @Nullable Float evaluated;

  /**
   * @param fromStep where the run begins
   */
  JobSaver(
      Lease lease,
      Training training,
      long fromStep,
      MetricRecorder recorder,
      CheckpointStore store,
      QueueMeters meters) {
    this.lease = lease;
    this.training = training;
    this.policy = training.checkpoints();
    this.step = fromStep;
    this.savedStep = fromStep;
    this.recorder = recorder;
    this.store = store;
    this.meters = meters;
  }

  @Override
  public void onStep(
      long step, int epoch, float loss, float gradNorm, double lr, float gradNormClipped) {
    recorder.onStep(step, epoch, loss, gradNorm, lr, gradNormClipped);
    this.step = step;
    this.loss = loss;
  }

  @Override
  public void onValue(String series, long step, double value) {
    recorder.onValue(series, step, value);
    if (series.equals(EVALUATION)) {
      evaluated = (float) value;
    }
  }

  @Override
  public void onMicroBatchEnd(TrainingRun run) {
    if (isDue() && !recorder.hasCheckpoint()) {
      save();
    }
  }

  private boolean isDue() {
    Long every = policy.everySteps();
    return every != null && step / every > savedStep / every
        || System.nanoTime() - savedNanos >= policy.every().toNanos();
  }

  /** Between two micro-batches, or after the last one: the run is stored as it stands now. */
  void save() {
    savedStep = step;
    savedNanos = System.nanoTime();
    CheckpointFile file;
    try {
      file =
          CheckpointFile.of(training.checkpoint(), loss, training.evaluates() ? evaluated : loss);
    } catch (IOException | OutOfMemoryError e) {
      failed(e);
      return;
    }
    recorder.storeCheckpoint(
        (connection, _) -> {
          store.write(connection, lease, file, policy);
          return null;
        },
        this::failed);
    meters.saved(file.content().size(), System.nanoTime() - savedNanos);
  }

  private void failed(Throwable reason) {
    meters.notSaved();
    log.warn(
        "{}: no checkpoint of step {}; the one before stays: {}",
        lease.jobId(),
        savedStep,
        reason.getMessage());
  }
}
