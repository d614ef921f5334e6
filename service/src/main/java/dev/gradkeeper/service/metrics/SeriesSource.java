package dev.gradkeeper.service.metrics;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A series that has steps of its own. */
final class SeriesSource extends PointSource {

  private final int target;
  private long firstStep;
  private Number[] steps;
  private Number[] values;

  /**
   * @param target its column of the answer
   */
  SeriesSource(Connection connection, SeriesQuery query, int target) throws SQLException {
    super(
        connection,
        query,
        "SELECT c.attempt, e.cut_step, c.first_step, c.steps, c.value FROM metric_series_chunk c",
        "c.last_step",
        " AND c.series = ?",
        query.series().get(target));
    this.target = target;
  }

  @Override
  int load(ResultSet chunk) throws SQLException {
    firstStep = chunk.getLong(3);
    Array own = chunk.getArray(4);
    steps = own == null ? null : (Number[]) own.getArray();
    values = (Number[]) chunk.getArray(5).getArray();
    return values.length;
  }

  @Override
  long step(int index) {
    return steps == null ? firstStep + index : steps[index].longValue();
  }

  @Override
  void fill(double[] row, boolean[] present) {
    row[target] = values[index()].doubleValue();
    present[target] = true;
  }
}
