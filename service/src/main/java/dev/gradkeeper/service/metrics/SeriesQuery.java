package dev.gradkeeper.service.metrics;

import java.util.List;
import java.util.OptionalInt;

/**
 * Which points of which series of a job.
 *
 * @param series in the order of the columns
 * @param attempts whose points
 * @param after points that come later than this; the beginning: {@link Position#START}
 */
record SeriesQuery(
    String jobId,
    List<String> series,
    long fromStep,
    long toStep,
    Attempts attempts,
    Position after) {

  /** The same, from a later point on. */
  SeriesQuery after(Position position) {
    return new SeriesQuery(jobId, series, fromStep, toStep, attempts, position);
  }

  /** A point's place in the order of a query's answer. */
  record Position(int attempt, long step) implements Comparable<Position> {

    static final Position START = new Position(0, 0);

    @Override
    public int compareTo(Position other) {
      int byAttempt = Integer.compare(attempt, other.attempt);
      return byAttempt != 0 ? byAttempt : Long.compare(step, other.step);
    }
  }

  /**
   * The effective series, one attempt, or all of them one after the other.
   *
   * @param one empty: not just one
   */
  record Attempts(boolean all, OptionalInt one) {

    static final Attempts EFFECTIVE = new Attempts(false, OptionalInt.empty());

    /** As in the contract: absent, {@code all}, or a number. */
    static Attempts of(String text) {
      if (text == null) {
        return EFFECTIVE;
      }
      return text.equals("all")
          ? new Attempts(true, OptionalInt.empty())
          : new Attempts(false, OptionalInt.of(Integer.parseInt(text)));
    }

    boolean effective() {
      return !all && one.isEmpty();
    }
  }
}
