package dev.gradkeeper.engine.train;

/**
 * Hears what a run does, on the training thread, between kernels: it must be quick, and must not
 * allocate where a run is to be free of garbage. What it throws ends the run.
 */
public interface TrainingListener {

  /**
   * An update was made (or skipped, see {@code on_nonfinite}).
   *
   * @param step number of the update, from 1
   * @param epoch from 1; of the update's last micro-batch
   * @param loss mean over the update's micro-batches, before the division by accumulation_steps
   * @param gradNorm global L2 norm of the gradients before clipping, as they stood for the update
   * @param lr learning rate of the update
   * @param gradNormClipped the norm after clipping; equals gradNorm where clipping is off
   */
  void onStep(long step, int epoch, float loss, float gradNorm, double lr, float gradNormClipped);

  /**
   * A value of a further series after {@code step}: {@code eval_loss}, {@code eval_accuracy},
   * {@code grad_norm/0.weight}, {@code grad/0.weight.0}, {@code param/0.weight.0}. Values of a step
   * come after its {@link #onStep}, except gradients, which come before.
   */
  default void onValue(String series, long step, double value) {}

  /**
   * A micro-batch is done, and all that its step called for: the run may be saved now with {@link
   * TrainingRun#checkpoint}, which later goes on with the next micro-batch.
   */
  default void onMicroBatchEnd(TrainingRun run) {}
}
