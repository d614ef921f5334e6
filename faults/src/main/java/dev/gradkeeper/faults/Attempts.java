package dev.gradkeeper.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * How often a job was started, and what that took.
 *
 * @param attempts 1: it was not disturbed
 * @param resumed of these, began at a checkpoint
 * @param inWindow of these, at one in the middle of an accumulation window that is still there
 * @param stored steps in all attempts together, those that were discarded included
 */
record Attempts(int attempts, int resumed, int inWindow, long stored) {

  static Attempts of(Connection connection, String job) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT count(*), count(*) FILTER (WHERE from_step > 0),
                count(*) FILTER (WHERE EXISTS (
                    SELECT FROM checkpoint c
                    WHERE c.job_id = a.job_id AND c.step = from_step AND c.attempt < a.attempt AND window_size > 0)),
                (SELECT COALESCE(sum(n), 0) FROM metric_chunk WHERE job_id = a.job_id)
            FROM job_attempt a WHERE job_id = ? GROUP BY job_id
            """)) {
      select.setString(1, job);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Attempts(row.getInt(1), row.getInt(2), row.getInt(3), row.getLong(4))
            : new Attempts(0, 0, 0, 0);
      }
    }
  }

  /** What is wrong with the attempts of all jobs. */
  static List<String> problems(Connection connection) throws SQLException {
    List<String> problems = new ArrayList<>();
    problems.addAll(
        rows(
            connection,
            "an attempt without an end: ",
            """
            SELECT job_id || ' attempt ' || attempt FROM job_attempt WHERE ended_at IS NULL
            """));
    problems.addAll(
        rows(
            connection,
            "an attempt's steps do not follow each other: ",
            """
            SELECT job_id || ' attempt ' || attempt || ' step ' || first_step FROM (
                SELECT c.job_id, c.attempt, c.first_step, COALESCE(
                    lag(c.first_step + c.n) OVER (PARTITION BY c.job_id, c.attempt ORDER BY c.first_step), a.from_step + 1) AS due
                FROM metric_chunk c JOIN job_attempt a USING (job_id, attempt)) chunk
            WHERE first_step <> due
            """));
    // The transaction that ends an attempt is the last that writes its row; one without an end
    // still has its lease.
    for (String table : tables(connection)) {
      problems.addAll(
          rows(
              connection,
              "written to " + table + " after the lease was lost: ",
              """
              SELECT DISTINCT w.job_id || ' attempt ' || w.attempt
              FROM %s w JOIN job_attempt a ON a.job_id = w.job_id AND a.attempt = w.attempt
              WHERE a.ended_at IS NOT NULL
                  AND pg_xact_commit_timestamp(w.xmin) > pg_xact_commit_timestamp(a.xmin)
              """
                  .formatted(table)));
    }
    return problems;
  }

  /** Those in which an attempt writes. */
  private static List<String> tables(Connection connection) throws SQLException {
    return rows(
        connection,
        "",
        """
        SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'attempt'
            AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')
            AND table_name NOT IN ('job', 'job_attempt', 'job_transition')
        ORDER BY table_name
        """);
  }

  private static List<String> rows(Connection connection, String prefix, String select)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(select);
        ResultSet row = statement.executeQuery()) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(prefix + row.getString(1));
      }
      return rows;
    }
  }
}
