package dev.gradkeeper.engine.train.spec;

/**
 * The first of these that is reached ends the run well; each may be null, but not both of epochs
 * and maxSteps.
 *
 * @param maxSteps updates, across epochs
 * @param maxSeconds of wall time since the run's start
 * @param lossBelow ends after the first update whose recorded loss is below it
 */
public record StopSpec(
    Integer epochs,
    Long maxSteps,
    Double maxSeconds,
    Double lossBelow,
    EarlyStopping earlyStopping) {

  /**
   * Ends when the metric has not improved by more than minDelta for patience evaluations.
   *
   * @param metric eval_loss (lower is better) or eval_accuracy (higher is better)
   */
  public record EarlyStopping(Metric metric, int patience, double minDelta) {}

  /** What early stopping watches. */
  public enum Metric {
    /** Lower is better. */
    EVAL_LOSS,
    /** Higher is better. */
    EVAL_ACCURACY
  }

  /** Updates that the run makes if nothing ends it early. */
  public long totalSteps(long batchesPerEpoch, int accumulationSteps) {
    long byEpochs =
        epochs == null
            ? Long.MAX_VALUE
            : Math.multiplyExact(batchesPerEpoch, epochs) / accumulationSteps;
    return maxSteps == null ? byEpochs : Math.min(byEpochs, maxSteps);
  }

  /**
   * Updates that a run has made at its end, if nothing ends it early and it goes on from {@code
   * reached}.
   */
  public long totalSteps(Reached reached, long batchesPerEpoch, int accumulationSteps) {
    if (epochs == null) {
      return maxSteps;
    }
    long left = Math.multiplyExact(batchesPerEpoch, Math.max(0, epochs - reached.epoch()));
    if (reached.epoch() <= epochs) {
      left += Math.max(0, batchesPerEpoch - reached.batches());
    }
    long byEpochs = reached.step() + (left + reached.windowSize()) / accumulationSteps;
    return maxSteps == null ? byEpochs : Math.min(byEpochs, maxSteps);
  }
}
