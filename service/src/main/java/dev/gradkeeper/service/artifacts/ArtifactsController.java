package dev.gradkeeper.service.artifacts;

import dev.gradkeeper.service.access.Caller;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.api.ArtifactsApi;
import dev.gradkeeper.service.web.model.Artifact;
import dev.gradkeeper.service.web.model.ArtifactList;
import dev.gradkeeper.service.web.model.Checkpoint;
import dev.gradkeeper.service.web.model.CheckpointList;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RestController;

/** A job's files over REST. */
@RestController
class ArtifactsController implements ArtifactsApi {

  /** The newest one is also called this, without its step. */
  private static final String CHECKPOINT = "checkpoint";

  private static final String COLUMNS =
      """
      a.name, a.media_type, a.blob, a.size, a.created_at
      FROM (SELECT job_id, name, media_type, blob, size, created_at, NULL AS step FROM artifact
            UNION ALL
            SELECT job_id, 'checkpoint-' || step, 'application/octet-stream', blob, size, created_at, step
            FROM checkpoint) a
      JOIN job j ON j.id = a.job_id WHERE a.job_id = ? AND j.project_id = ?
      """;

  private final JdbcClient jdbc;

  ArtifactsController(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public ResponseEntity<ArtifactList> listArtifacts(String jobId) {
    checkVisible(jobId);
    List<Artifact> artifacts =
        jdbc.sql("SELECT " + COLUMNS + " ORDER BY a.step NULLS FIRST, a.name")
            .params(jobId, Caller.current().projectId())
            .query((row, _) -> description(row))
            .list();
    return ResponseEntity.ok(new ArtifactList(artifacts));
  }

  @Override
  public ResponseEntity<CheckpointList> listCheckpoints(String jobId) {
    checkVisible(jobId);
    return ResponseEntity.ok(
        new CheckpointList(
            jdbc.sql("SELECT * FROM checkpoint WHERE job_id = ? ORDER BY step DESC")
                .params(jobId)
                .query((row, _) -> checkpoint(row))
                .list()));
  }

  private void checkVisible(String jobId) {
    boolean visible =
        jdbc.sql("SELECT EXISTS (SELECT FROM job WHERE id = ? AND project_id = ?)")
            .params(jobId, Caller.current().projectId())
            .query(Boolean.class)
            .single();
    if (!visible) {
      throw ProblemException.notFound("job", jobId);
    }
  }

  private static Checkpoint checkpoint(ResultSet row) throws SQLException {
    Float loss = row.getObject("loss", Float.class);
    return new Checkpoint(
            row.getLong("step"),
            row.getInt("epoch"),
            row.getInt("attempt"),
            "checkpoint-" + row.getLong("step"),
            row.getLong("size"),
            HexFormat.of().formatHex(row.getBytes("blob")),
            row.getObject("created_at", OffsetDateTime.class))
        .windowSize(row.getInt("window_size"))
        .loss(loss == null || !Float.isFinite(loss) ? null : Double.valueOf(loss.toString()));
  }

  /** Ranges and conditions are Spring's work, by the entity tag and the resource's length. */
  @Override
  public ResponseEntity<Resource> getArtifact(String jobId, String name) {
    String which =
        name.equals(CHECKPOINT)
            ? " AND a.name LIKE ? || '-%' ORDER BY a.step DESC NULLS LAST LIMIT 1"
            : " AND a.name = ?";
    return jdbc.sql("SELECT " + COLUMNS + which)
        .params(jobId, Caller.current().projectId(), name)
        .query((row, _) -> download(row))
        .optional()
        .orElseThrow(() -> ProblemException.notFound("artifact", name));
  }

  private static Artifact description(ResultSet row) throws SQLException {
    return new Artifact(
        row.getString("name"),
        row.getString("media_type"),
        row.getLong("size"),
        HexFormat.of().formatHex(row.getBytes("blob")),
        row.getObject("created_at", OffsetDateTime.class));
  }

  private ResponseEntity<Resource> download(ResultSet row) throws SQLException {
    byte[] sha256 = row.getBytes("blob");
    String name = row.getString("name");
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType(row.getString("media_type")))
        .eTag('"' + HexFormat.of().formatHex(sha256) + '"')
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment().filename(name).build().toString())
        .body(new BlobResource(jdbc, sha256, row.getLong("size"), name));
  }
}
