package dev.gradkeeper.service.artifacts;

import dev.gradkeeper.service.blobs.BlobContent;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.lease.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/** Stores what a job leaves behind, in the transaction that ends it. */
@Component
public class Artifacts {

  static final String MODEL = "model.safetensors";

  private final Blobs blobs;

  Artifacts(Blobs blobs) {
    this.blobs = blobs;
  }

  /**
   * In the fenced transaction of the caller.
   *
   * @param step that the model was trained for
   */
  public void storeModel(Connection connection, Lease lease, long step, BlobContent model)
      throws SQLException {
    blobs.put(model);
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO artifact (job_id, name, media_type, blob, size, attempt, step) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (job_id, name) DO UPDATE
            SET blob = excluded.blob, size = excluded.size, attempt = excluded.attempt, step = excluded.step,
                created_at = now()
            """)) {
      insert.setString(1, lease.jobId());
      insert.setString(2, MODEL);
      insert.setString(3, "application/octet-stream");
      insert.setBytes(4, model.digest().bytes());
      insert.setLong(5, model.size());
      insert.setInt(6, lease.attempt());
      insert.setLong(7, step);
      insert.executeUpdate();
    }
  }
}
