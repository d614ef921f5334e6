package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.train.spec.StopSpec.EarlyStopping;
import dev.gradkeeper.engine.train.spec.StopSpec.Metric;

/** Early stopping: how many evaluations in a row brought no improvement. */
final class Patience {
  private final EarlyStopping spec;
  private double best = Double.NaN;
  private int without;

  /** A null spec is endless patience. */
  Patience(EarlyStopping spec) {
    this.spec = spec;
  }

  /** The best value so far, NaN before the first. */
  double best() {
    return best;
  }

  /** Evaluations without improvement so far. */
  int without() {
    return without;
  }

  void restore(double best, int without) {
    this.best = best;
    this.without = without;
  }

  /**
   * Whether it is at its end after these scores. A value that is not a number is no improvement.
   */
  boolean isExhausted(Evaluator.Scores scores) {
    if (spec == null) {
      return false;
    }
    double value = spec.metric() == Metric.EVAL_LOSS ? -scores.loss() : scores.accuracy();
    boolean better = Double.isNaN(best) ? !Double.isNaN(value) : value > best + spec.minDelta();
    if (better) {
      best = value;
      without = 0;
    } else {
      without++;
    }
    return without >= spec.patience();
  }
}
