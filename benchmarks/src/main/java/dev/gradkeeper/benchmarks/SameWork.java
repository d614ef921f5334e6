package dev.gradkeeper.benchmarks;

import java.util.Map;

/** Candidates are comparable only if they compute the same. */
final class SameWork {
  /** How far losses may differ by the order of additions alone. */
  private static final double TOLERANCE = 2e-3;

  private SameWork() {}

  /**
   * @param losses of the same step, by candidate
   * @throws IllegalStateException if they differ
   */
  static void require(Map<String, Double> losses) {
    double expected = losses.values().iterator().next();
    losses.forEach(
        (name, loss) -> {
          if (!(Math.abs(loss - expected) <= TOLERANCE * Math.abs(expected))) {
            throw new IllegalStateException(
                name + " does not do the same work: its loss is " + loss + ", not " + expected);
          }
        });
  }
}
