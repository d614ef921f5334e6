package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.engine.train.TrainingResult;
import dev.gradkeeper.engine.train.TrainingRun;
import dev.gradkeeper.service.checkpoints.CheckpointPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** A training to which something happens after each micro-batch. */
final class DisturbedTraining implements Training {
  private final Training training;
  private final LongConsumer disturbance;

  /**
   * @param disturbance gets the number of the last step
   */
  DisturbedTraining(Training training, LongConsumer disturbance) {
    this.training = training;
    this.disturbance = disturbance;
  }

  @Override
  public TrainingResult run(TrainingListener listener, BooleanSupplier stopRequested) {
    return training.run(
        new TrainingListener() {
          private long last;

          @Override
          public void onStep(
              long step, int epoch, float loss, float norm, double lr, float clipped) {
            listener.onStep(step, epoch, loss, norm, lr, clipped);
            last = step;
          }

          @Override
          public void onValue(String series, long step, double value) {
            listener.onValue(series, step, value);
          }

          @Override
          public void onMicroBatchEnd(TrainingRun run) {
            listener.onMicroBatchEnd(run);
            disturbance.accept(last);
          }
        },
        stopRequested);
  }

  @Override
  public boolean clips() {
    return training.clips();
  }

  @Override
  public boolean evaluates() {
    return training.evaluates();
  }

  @Override
  public CheckpointPolicy checkpoints() {
    return training.checkpoints();
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    training.restore(checkpoint);
  }

  @Override
  public Checkpoint checkpoint() {
    return training.checkpoint();
  }

  @Override
  public void writeModel(OutputStream out) throws IOException {
    training.writeModel(out);
  }

  @Override
  public void close() {
    training.close();
  }
}
