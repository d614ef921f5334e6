package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.metrics.SeriesQuery.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A number of points, each of them one step or several neighbouring ones folded together: of each
 * series the last value, the least and the greatest finite ones, and the last one that is not
 * finite.
 *
 * <p>When there are more points than wanted, each two neighbours become one. So a range of any
 * length is read once, without counting it first, and ends with between half and all of the points
 * wanted.
 */
final class Points {

  /** One point; its arrays have an entry for each series. */
  static final class Point {
    private Position position;
    private final double[] last;
    private final boolean[] present;
    private final double[] min;
    private final double[] max;
    private final double[] nonfinite;
    private final long[] nonfiniteStep;

    private Point(Position position, double[] values, boolean[] present) {
      int n = values.length;
      this.position = position;
      this.last = values.clone();
      this.present = present.clone();
      this.min = new double[n];
      this.max = new double[n];
      this.nonfinite = new double[n];
      this.nonfiniteStep = new long[n];
      Arrays.fill(min, Double.POSITIVE_INFINITY);
      Arrays.fill(max, Double.NEGATIVE_INFINITY);
      for (int i = 0; i < n; i++) {
        if (present[i] && Double.isFinite(values[i])) {
          min[i] = values[i];
          max[i] = values[i];
        } else if (present[i]) {
          nonfinite[i] = values[i];
          nonfiniteStep[i] = position.step();
        }
      }
    }

    /** Takes in a point that comes later. */
    private void fold(Point later) {
      position = later.position;
      for (int i = 0; i < last.length; i++) {
        if (later.present[i]) {
          present[i] = true;
          last[i] = later.last[i];
          min[i] = Math.min(min[i], later.min[i]);
          max[i] = Math.max(max[i], later.max[i]);
        }
        if (later.nonfiniteStep[i] != 0) {
          nonfinite[i] = later.nonfinite[i];
          nonfiniteStep[i] = later.nonfiniteStep[i];
        }
      }
    }

    Position position() {
      return position;
    }

    /** Null where there is none, or none that is finite. */
    Double last(int series) {
      return present[series] && Double.isFinite(last[series]) ? last[series] : null;
    }

    /** Null where there is no finite value. */
    Double min(int series) {
      return min[series] <= max[series] ? min[series] : null;
    }

    /** Null where there is no finite value. */
    Double max(int series) {
      return min[series] <= max[series] ? max[series] : null;
    }

    /** The step of the last value that is not finite; 0: all are. */
    long nonfiniteStep(int series) {
      return nonfiniteStep[series];
    }

    double nonfinite(int series) {
      return nonfinite[series];
    }
  }

  private final int most;
  private final List<Point> points = new ArrayList<>();
  private long rowsPerPoint = 1;
  private long rowsOfLast;

  Points(int most) {
    this.most = most;
  }

  void add(Position position, double[] values, boolean[] present) {
    Point row = new Point(position, values, present);
    if (rowsOfLast > 0 && rowsOfLast < rowsPerPoint) {
      points.getLast().fold(row);
      rowsOfLast++;
      return;
    }
    if (points.size() == most) {
      halve();
      add(position, values, present);
      return;
    }
    points.add(row);
    rowsOfLast = 1;
  }

  private void halve() {
    for (int i = 0; i < points.size() / 2; i++) {
      Point first = points.get(2 * i);
      first.fold(points.get(2 * i + 1));
      points.set(i, first);
    }
    boolean odd = points.size() % 2 == 1;
    int half = points.size() / 2;
    if (odd) {
      points.set(half, points.getLast());
    }
    points.subList(odd ? half + 1 : half, points.size()).clear();
    rowsOfLast = odd ? rowsPerPoint : 2 * rowsPerPoint;
    rowsPerPoint *= 2;
  }

  List<Point> list() {
    return points;
  }

  /** How many rows are folded into a point; into the last one perhaps fewer. */
  long rowsPerPoint() {
    return rowsPerPoint;
  }

  boolean isFull() {
    return points.size() == most;
  }
}
