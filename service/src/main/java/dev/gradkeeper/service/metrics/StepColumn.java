package dev.gradkeeper.service.metrics;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The series that every step has, each in a column of {@code metric_chunk}. */
enum StepColumn {
  LOSS("c.loss"),
  GRAD_NORM("c.grad_norm"),
  GRAD_NORM_CLIPPED("c.grad_norm_clipped"),
  EPOCH("c.epoch"),
  LR("c.lr"),
  TIME("c.dt");

  private static final double MICROS_PER_SECOND = 1e6;

  private final String sql;

  StepColumn(String sql) {
    this.sql = sql;
  }

  static Optional<StepColumn> of(String series) {
    return Arrays.stream(values())
        .filter(column -> column.name().toLowerCase(Locale.ROOT).equals(series))
        .findFirst();
  }

  String sql() {
    return sql;
  }

  /** How its values are written. */
  ValueFormat format() {
    return switch (this) {
      case LOSS, GRAD_NORM, GRAD_NORM_CLIPPED -> ValueFormat.FLOAT;
      case EPOCH -> ValueFormat.INTEGER;
      case LR -> ValueFormat.DOUBLE;
      case TIME -> ValueFormat.SECONDS;
    };
  }

  /**
   * The values of a chunk's steps; null where the column is.
   *
   * @param startMicros the chunk's first time
   */
  double[] values(ResultSet row, int index, int n, long startMicros) throws SQLException {
    Array array = row.getArray(index);
    if (array == null) {
      return null;
    }
    Number[] stored = (Number[]) array.getArray();
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      double value = stored[stored.length == 1 ? 0 : i].doubleValue();
      values[i] = this == TIME ? (startMicros + value) / MICROS_PER_SECOND : value;
    }
    return values;
  }
}
