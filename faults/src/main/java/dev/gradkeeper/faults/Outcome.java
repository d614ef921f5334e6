package dev.gradkeeper.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a job has left in the database.
 *
 * @param state with its reason
 * @param steps of the effective series
 * @param points of all other series that are effective
 * @param model SHA-256 of {@code model.safetensors}
 */
record Outcome(String state, List<Step> steps, List<Point> points, String model) {

  /** A step's row. */
  record Step(
      long step,
      int epoch,
      float loss,
      float gradNorm,
      Float gradNormClipped,
      double learningRate) {}

  /** A value of another series. */
  record Point(String series, long step, float value) {}

  /**
   * @param model SHA-256 of the job's file as a server gave it
   */
  static Outcome of(Connection connection, String job, String model) throws SQLException {
    return new Outcome(
        state(connection, job), steps(connection, job), points(connection, job), model);
  }

  private static String state(Connection connection, String job) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT concat_ws(', ', state, state_reason, error_message) FROM job WHERE id = ?")) {
      select.setString(1, job);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : "not there";
      }
    }
  }

  private static List<Step> steps(Connection connection, String job) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT step, epoch, loss, grad_norm, grad_norm_clipped, lr FROM training_step
            WHERE job_id = ? ORDER BY step, attempt
            """)) {
      select.setString(1, job);
      List<Step> steps = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          steps.add(
              new Step(
                  row.getLong(1),
                  row.getInt(2),
                  row.getFloat(3),
                  row.getFloat(4),
                  row.getObject(5, Float.class),
                  row.getDouble(6)));
        }
      }
      return steps;
    }
  }

  private static List<Point> points(Connection connection, String job) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT series, step, value FROM training_series WHERE job_id = ? ORDER BY series, step, attempt")) {
      select.setString(1, job);
      List<Point> points = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          points.add(new Point(row.getString(1), row.getLong(2), row.getFloat(3)));
        }
      }
      return points;
    }
  }

  /** Whether it has every step from 1 on, each once. */
  boolean hasEachStepOnce() {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).step() != i + 1) {
        return false;
      }
    }
    return !steps.isEmpty();
  }

  /** The first thing that is not what it is in the undisturbed run, to the bit. */
  Optional<String> differenceFrom(Outcome undisturbed) {
    if (!state.equals(undisturbed.state)) {
      return Optional.of("ended as '%s', undisturbed '%s'".formatted(state, undisturbed.state));
    }
    return difference(steps, undisturbed.steps)
        .or(() -> difference(points, undisturbed.points))
        .or(
            () ->
                model.equals(undisturbed.model)
                    ? Optional.empty()
                    : Optional.of("other weights than the undisturbed run's"));
  }

  private static Optional<String> difference(List<?> rows, List<?> undisturbed) {
    for (int i = 0; i < Math.min(rows.size(), undisturbed.size()); i++) {
      if (!rows.get(i).equals(undisturbed.get(i))) {
        return Optional.of("%s, undisturbed %s".formatted(rows.get(i), undisturbed.get(i)));
      }
    }
    return rows.size() == undisturbed.size()
        ? Optional.empty()
        : Optional.of("%d rows, undisturbed %d".formatted(rows.size(), undisturbed.size()));
  }
}
