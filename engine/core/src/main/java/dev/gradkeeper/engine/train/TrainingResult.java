package dev.gradkeeper.engine.train;

/**
 * How a run ended.
 *
 * @param steps updates made
 * @param epochs epochs begun
 */
public record TrainingResult(Outcome outcome, long steps, int epochs) {

  /** Why a run ended; all but STOPPED are success. */
  public enum Outcome {
    /** All epochs or max_steps are done. */
    COMPLETED,
    /** The loss fell below stop_when.loss_below. */
    LOSS_REACHED,
    /** Evaluations brought no improvement for as long as early_stopping.patience allows. */
    EARLY_STOPPED,
    /** max_seconds are over. */
    TIME_UP,
    /** The caller asked for it; the run can not go on. */
    STOPPED
  }
}
