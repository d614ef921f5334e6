package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.metrics.SeriesQuery.Attempts;
import dev.gradkeeper.service.metrics.SeriesQuery.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The points of one or several series in order, read chunk by chunk. A point is in it if its step
 * is wanted and, for the effective series, not cut off by a later attempt.
 */
abstract class PointSource implements AutoCloseable {

  private static final int CHUNKS_AT_A_TIME = 32;

  private final SeriesQuery query;
  private final PreparedStatement select;
  private final ResultSet rows;

  private int attempt;
  private long cut;
  private int index;
  private int size;
  private Position position;

  /**
   * @param sql of chunks, without WHERE; its first columns are attempt and cut_step
   * @param lastStep the SQL of a chunk's last step
   * @param condition further, with the parameters given
   */
  PointSource(
      Connection connection,
      SeriesQuery query,
      String sql,
      String lastStep,
      String condition,
      Object... parameters)
      throws SQLException {
    this.query = query;
    select =
        connection.prepareStatement(
            sql
                + """
                 JOIN effective_attempt e ON e.job_id = c.job_id AND e.attempt = c.attempt
                WHERE c.job_id = ? AND c.attempt >= ? AND c.attempt <= ? AND c.first_step <= ? AND %s >= ?
                """
                    .formatted(lastStep)
                + (query.attempts().effective()
                    ? " AND (e.cut_step IS NULL OR c.first_step <= e.cut_step) "
                    : "")
                + condition
                + " ORDER BY c.attempt, c.first_step");
    Attempts attempts = query.attempts();
    select.setString(1, query.jobId());
    select.setInt(2, attempts.one().orElse(query.after().attempt()));
    select.setInt(3, attempts.one().orElse(Integer.MAX_VALUE));
    select.setLong(4, query.toStep());
    select.setLong(5, firstStep());
    for (int i = 0; i < parameters.length; i++) {
      select.setObject(6 + i, parameters[i]);
    }
    select.setFetchSize(CHUNKS_AT_A_TIME);
    rows = select.executeQuery();
  }

  private long firstStep() {
    return query.attempts().all()
        ? query.fromStep()
        : Math.max(query.fromStep(), query.after().step() + 1);
  }

  /** Goes to the next point; false if there is none. */
  final boolean next() throws SQLException {
    position = null;
    while (true) {
      while (++index < size) {
        Position candidate = new Position(attempt, step(index));
        if (isWanted(candidate)) {
          position = candidate;
          return true;
        }
      }
      if (!rows.next()) {
        return false;
      }
      attempt = rows.getInt(1);
      cut = rows.getLong(2);
      if (rows.wasNull() || !query.attempts().effective()) {
        cut = Long.MAX_VALUE;
      }
      size = load(rows);
      index = -1;
    }
  }

  private boolean isWanted(Position candidate) {
    long step = candidate.step();
    return step >= query.fromStep()
        && step <= Math.min(query.toStep(), cut)
        && (query.attempts().all()
            ? candidate.compareTo(query.after()) > 0
            : step > query.after().step());
  }

  /** Of the current point; null before the first and behind the last. */
  final Position position() {
    return position;
  }

  final int index() {
    return index;
  }

  /** Takes over a chunk, from the third column on, and gives the number of its points. */
  abstract int load(ResultSet chunk) throws SQLException;

  abstract long step(int index);

  /** Puts the current point's values into its columns of a row. */
  abstract void fill(double[] values, boolean[] present);

  @Override
  public final void close() throws SQLException {
    select.close();
  }
}
