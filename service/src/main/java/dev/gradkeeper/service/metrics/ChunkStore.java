package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.lease.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/**
 * Writes chunks, in a fenced transaction of the caller. Writing the same ones again changes
 * nothing.
 */
final class ChunkStore {

  private ChunkStore() {}

  static void write(
      Connection connection, Lease lease, List<StepChunk> steps, List<SeriesChunk> series)
      throws SQLException {
    if (!steps.isEmpty()) {
      writeSteps(connection, lease, steps);
      writeProgress(connection, lease, steps.getLast());
    }
    if (!series.isEmpty()) {
      writeSeries(connection, lease, series);
    }
  }

  private static void writeSteps(Connection connection, Lease lease, List<StepChunk> chunks)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO metric_chunk (job_id, attempt, first_step, n, t_min, t_max, dt,
                loss, grad_norm, epoch, lr, grad_norm_clipped)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """)) {
      for (StepChunk chunk : chunks) {
        int n = chunk.size();
        insert.setString(1, lease.jobId());
        insert.setInt(2, lease.attempt());
        insert.setLong(3, chunk.firstStep());
        insert.setInt(4, n);
        insert.setTimestamp(5, timestamp(chunk.startMicros()));
        insert.setTimestamp(6, timestamp(chunk.startMicros() + chunk.dt()[n - 1]));
        insert.setObject(7, chunk.dt());
        insert.setObject(8, chunk.loss());
        insert.setObject(9, chunk.gradNorm());
        insert.setObject(10, oneIfAllAreEqual(chunk.epoch()));
        insert.setObject(11, oneIfAllAreEqual(chunk.lr()));
        insert.setObject(12, chunk.gradNormClipped());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void writeProgress(Connection connection, Lease lease, StepChunk last)
      throws SQLException {
    int end = last.size() - 1;
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE job SET step = ?, epoch = ?, last_loss = ? WHERE id = ?")) {
      update.setLong(1, last.lastStep());
      update.setInt(2, last.epoch()[end]);
      update.setFloat(3, last.loss()[end]);
      update.setString(4, lease.jobId());
      update.executeUpdate();
    }
  }

  private static void writeSeries(Connection connection, Lease lease, List<SeriesChunk> chunks)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO metric_series_chunk (job_id, attempt, series, first_step, last_step, steps, value)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """)) {
      for (SeriesChunk chunk : chunks) {
        insert.setString(1, lease.jobId());
        insert.setInt(2, lease.attempt());
        insert.setString(3, chunk.series());
        insert.setLong(4, chunk.firstStep());
        insert.setLong(5, chunk.lastStep());
        insert.setObject(6, chunk.steps());
        insert.setObject(7, chunk.value());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static Timestamp timestamp(long micros) {
    return Timestamp.from(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  private static int[] oneIfAllAreEqual(int[] values) {
    boolean equal = Arrays.stream(values).allMatch(value -> value == values[0]);
    return equal ? new int[] {values[0]} : values;
  }

  private static double[] oneIfAllAreEqual(double[] values) {
    boolean equal = Arrays.stream(values).allMatch(value -> value == values[0]);
    return equal ? new double[] {values[0]} : values;
  }
}
