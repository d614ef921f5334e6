package dev.gradkeeper.service.checkpoints;

import dev.gradkeeper.engine.train.spec.Reached;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.lease.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The {@code checkpoint} table, as workers write it: in fenced transactions of the caller. */
@Component
public class CheckpointStore {

  private final Blobs blobs;

  public CheckpointStore(Blobs blobs) {
    this.blobs = blobs;
  }

  /**
   * A row of it.
   *
   * @param attempt that wrote it; 0 if a fork took it over
   */
  record Stored(int attempt, Reached reached, Digest content) {}

  /** Stores one and removes those that the policy no longer keeps. */
  public void write(
      Connection connection, Lease lease, CheckpointFile file, CheckpointPolicy policy)
      throws SQLException {
    Digest content = file.content().digest();
    blobs.put(file.content());
    List<Digest> unused = new ArrayList<>();
    try (PreparedStatement old =
            connection.prepareStatement(
                "DELETE FROM checkpoint WHERE job_id = ? AND step = ? RETURNING blob");
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO checkpoint (job_id, step, attempt, epoch, batches, window_size, loss, score, blob, size)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)) {
      Reached reached = file.reached();
      old.setString(1, lease.jobId());
      old.setLong(2, reached.step());
      unused.addAll(digests(old));
      insert.setString(1, lease.jobId());
      insert.setLong(2, reached.step());
      insert.setInt(3, lease.attempt());
      insert.setInt(4, reached.epoch());
      insert.setInt(5, reached.batches());
      insert.setInt(6, reached.windowSize());
      insert.setObject(7, file.loss());
      insert.setObject(8, file.score());
      insert.setBytes(9, content.bytes());
      insert.setLong(10, file.content().size());
      insert.executeUpdate();
    }
    unused.addAll(prune(connection, lease.jobId(), policy));
    unused.forEach(blobs::removeIfUnused);
  }

  private static List<Digest> prune(Connection connection, String jobId, CheckpointPolicy policy)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            DELETE FROM checkpoint c
            WHERE job_id = ?
              AND step NOT IN (SELECT step FROM checkpoint WHERE job_id = c.job_id ORDER BY step DESC LIMIT ?)
              AND step NOT IN (SELECT step FROM checkpoint WHERE job_id = c.job_id AND score IS NOT NULL
                               ORDER BY score, step DESC LIMIT ?)
            RETURNING blob
            """)) {
      delete.setString(1, jobId);
      delete.setInt(2, policy.keepLast());
      delete.setInt(3, policy.keepBest());
      return digests(delete);
    }
  }

  /** The newest one up to a step, or null. */
  static @Nullable Stored newest(Connection connection, String jobId, long upToStep)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT attempt, step, epoch, batches, window_size, blob FROM checkpoint
            WHERE job_id = ? AND step <= ? ORDER BY step DESC LIMIT 1
            """)) {
      select.setString(1, jobId);
      select.setLong(2, upToStep);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Stored(
                row.getInt(1),
                new Reached(row.getLong(2), row.getInt(3), row.getInt(4), row.getInt(5)),
                new Digest(row.getBytes(6)))
            : null;
      }
    }
  }

  /**
   * Removes one that cannot be used: the attempt goes on from the one before, or from the
   * beginning, and says so.
   */
  void discard(Connection connection, Lease lease, Stored broken, String reason)
      throws SQLException {
    try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM checkpoint WHERE job_id = ? AND step = ? RETURNING blob");
        PreparedStatement attempt =
            connection.prepareStatement(
                """
                UPDATE job_attempt SET from_step = ?, note = concat_ws(' ', note, ?) WHERE job_id = ? AND attempt = ?
                """);
        PreparedStatement job =
            connection.prepareStatement(
                """
                UPDATE job SET (step, epoch, last_loss) = (
                    SELECT COALESCE(max(step), 0), COALESCE(max(epoch), 0), (array_agg(loss ORDER BY step DESC))[1]
                    FROM checkpoint WHERE job_id = job.id)
                WHERE id = ?
                """)) {
      delete.setString(1, lease.jobId());
      delete.setLong(2, broken.reached().step());
      digests(delete).forEach(blobs::removeIfUnused);
      Stored before = newest(connection, lease.jobId(), Long.MAX_VALUE);
      long from = before == null ? 0 : before.reached().step();
      attempt.setLong(1, from);
      attempt.setString(
          2,
          "The checkpoint of step %d cannot be used (%s); the job goes on from step %d."
              .formatted(broken.reached().step(), reason, from));
      attempt.setString(3, lease.jobId());
      attempt.setInt(4, lease.attempt());
      attempt.executeUpdate();
      job.setString(1, lease.jobId());
      job.executeUpdate();
    }
  }

  private static List<Digest> digests(PreparedStatement statement) throws SQLException {
    List<Digest> digests = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        digests.add(new Digest(rows.getBytes(1)));
      }
    }
    return digests;
  }
}
