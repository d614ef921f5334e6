package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.engine.train.TrainingResult;
import dev.gradkeeper.service.checkpoints.CheckpointPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/** A job's training, ready to run once, on the thread that calls. */
public interface Training extends AutoCloseable {

  /** Whether gradients are clipped. */
  boolean clips();

  /** Whether there are evaluations between steps. */
  boolean evaluates();

  /** When it is saved. */
  CheckpointPolicy checkpoints();

  /**
   * Puts it, before it runs, where a checkpoint was taken.
   *
   * @throws dev.gradkeeper.engine.train.TrainingFailedException if the checkpoint is of another
   *     model
   */
  void restore(Checkpoint checkpoint);

  /** Its state between two micro-batches or after the run, to be written before it goes on. */
  Checkpoint checkpoint();

  /**
   * @param stopRequested asked between steps
   * @throws dev.gradkeeper.engine.train.TrainingFailedException if it cannot go on
   */
  TrainingResult run(TrainingListener listener, BooleanSupplier stopRequested);

  /** The trained parameters, as safetensors. */
  void writeModel(OutputStream out) throws IOException;

  @Override
  void close();

  /** Makes trainings of jobs. */
  @FunctionalInterface
  interface Source {
    /**
     * @throws dev.gradkeeper.engine.train.TrainingFailedException if the spec or its data, which
     *     were fit when the job was submitted, no longer are
     */
    Training prepare(ClaimedJob job);
  }
}
