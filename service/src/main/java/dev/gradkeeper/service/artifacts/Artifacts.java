package dev.gradkeeper.service.artifacts;

import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.startup.Home;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/** Stores what a job leaves behind, in the transaction that ends it. */
@Component
public class Artifacts {

  static final String MODEL = "model.safetensors";

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final Blobs blobs;
  private final Home home;

  Artifacts(Blobs blobs, Home home) {
    this.blobs = blobs;
    this.home = home;
  }

  /** Puts a trained model aside, so that storing it can be tried again. */
  public ModelFile spool(long step, Content content) throws IOException {
    Path file = home.temporaryFile(".safetensors");
    MessageDigest sha256 = Digest.sha256();
    try (OutputStream out =
        new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), sha256))) {
      content.writeTo(out);
    }
    return new ModelFile(step, file, new Digest(sha256.digest()), Files.size(file));
  }

  public void discard(ModelFile model) {
    try {
      Files.deleteIfExists(model.file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the fenced transaction of the caller. */
  public void store(Connection connection, Lease lease, ModelFile model) throws SQLException {
    try (InputStream in = Files.newInputStream(model.file())) {
      blobs.put(model.digest(), model.size(), in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
      insert.setLong(7, model.step());
      insert.executeUpdate();
    }
  }
}
