package dev.gradkeeper.service.metrics;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** The series that every step has. */
final class StepSource extends PointSource {

  private static final int FIRST_VALUES = 6;

  private final List<StepColumn> columns;
  private final int[] targets;
  private final double[][] values;
  private long firstStep;

  /**
   * @param targets the column of the answer for each of the columns
   */
  StepSource(Connection connection, SeriesQuery query, List<StepColumn> columns, int[] targets)
      throws SQLException {
    super(connection, query, sql(columns), "c.first_step + c.n - 1", "");
    this.columns = columns;
    this.targets = targets;
    this.values = new double[columns.size()][];
  }

  private static String sql(List<StepColumn> columns) {
    return "SELECT c.attempt, e.cut_step, c.first_step, c.n,"
        + " (extract(epoch FROM c.t_min) * 1000000)::bigint, "
        + columns.stream().map(StepColumn::sql).collect(Collectors.joining(", "))
        + " FROM metric_chunk c";
  }

  @Override
  int load(ResultSet chunk) throws SQLException {
    firstStep = chunk.getLong(3);
    int n = chunk.getInt(4);
    long startMicros = chunk.getLong(5);
    for (int i = 0; i < columns.size(); i++) {
      values[i] = columns.get(i).values(chunk, FIRST_VALUES + i, n, startMicros);
    }
    return n;
  }

  @Override
  long step(int index) {
    return firstStep + index;
  }

  @Override
  void fill(double[] row, boolean[] present) {
    for (int i = 0; i < targets.length; i++) {
      if (values[i] != null) {
        row[targets[i]] = values[i][index()];
        present[targets[i]] = true;
      }
    }
  }
}
