package dev.gradkeeper.service.jobs;

import dev.gradkeeper.service.web.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads jobs of one project. */
@Repository
class JobReader {
  private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

  private static final String COLUMNS =
      """
      SELECT j.id, j.name, j.labels, j.state, j.attempt, j.step, j.total_steps, j.last_loss, j.error_code,
             j.error_message, j.created_at, j.started_at, j.finished_at, j.memory_bytes,
             j.step - COALESCE(a.from_step, 0) AS run_steps,
             COALESCE(EXTRACT(EPOCH FROM now() - j.started_at), 0)::float8 AS run_seconds,
             j.forked_from, j.forked_step,
      """;
  private static final String TABLES =
      """
      FROM job j LEFT JOIN job_attempt a ON a.job_id = j.id AND a.attempt = j.attempt
      WHERE j.project_id = :project
      """;

  private final JdbcClient jdbc;
  private final JsonMapper json;

  JobReader(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  Optional<JobRow> find(String projectId, String id) {
    return jdbc.sql(COLUMNS + " j.spec " + TABLES + " AND j.id = :id")
        .param("project", projectId)
        .param("id", id)
        .query((row, _) -> job(row))
        .optional();
  }

  Optional<JobState> state(String projectId, String id) {
    return jdbc.sql("SELECT state FROM job WHERE id = :id AND project_id = :project")
        .param("project", projectId)
        .param("id", id)
        .query((row, _) -> JobState.of(row.getString("state")))
        .optional();
  }

  /**
   * @param states empty for all
   * @param labels all of which a job must have
   */
  List<JobRow> list(
      String projectId, List<String> states, Map<String, String> labels, Cursor after, int limit) {
    return jdbc.sql(
            COLUMNS
                + " NULL AS spec "
                + TABLES
                + (states.isEmpty() ? "" : " AND j.state IN (:states)")
                + (labels.isEmpty() ? "" : " AND j.labels @> :labels::jsonb")
                + " AND (j.created_at, j.id) < (:createdAt, :id)"
                + " ORDER BY j.created_at DESC, j.id DESC LIMIT :limit")
        .param("project", projectId)
        .param("states", states)
        .param("labels", json.writeValueAsString(labels))
        .param("createdAt", after.createdAt().atOffset(ZoneOffset.UTC))
        .param("id", after.id())
        .param("limit", limit)
        .query((row, _) -> job(row))
        .list();
  }

  /** A change of a job's state; {@code from} is null for the first. */
  record TransitionRow(@Nullable JobState from, JobState to, Instant at, @Nullable String reason) {}

  List<TransitionRow> transitions(String id) {
    return jdbc.sql(
            "SELECT from_state, to_state, at, reason FROM job_transition WHERE job_id = :id ORDER BY seq")
        .param("id", id)
        .query(
            (row, _) ->
                new TransitionRow(
                    row.getString("from_state") == null
                        ? null
                        : JobState.of(row.getString("from_state")),
                    JobState.of(row.getString("to_state")),
                    instant(row, "at"),
                    row.getString("reason")))
        .list();
  }

  /** A start of a job by a worker. */
  record AttemptRow(
      int attempt,
      long fromStep,
      String worker,
      Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String outcome,
      @Nullable String note) {}

  /** The last ones, in their order. */
  List<AttemptRow> attempts(String id, int limit) {
    return jdbc.sql(
            """
            SELECT * FROM (SELECT * FROM job_attempt WHERE job_id = :id ORDER BY attempt DESC LIMIT :limit) a
            ORDER BY attempt
            """)
        .param("id", id)
        .param("limit", limit)
        .query(
            (row, _) ->
                new AttemptRow(
                    row.getInt("attempt"),
                    row.getLong("from_step"),
                    row.getString("worker_id"),
                    instant(row, "started_at"),
                    instant(row, "ended_at"),
                    row.getString("outcome"),
                    row.getString("note")))
        .list();
  }

  private JobRow job(ResultSet row) throws SQLException {
    return new JobRow(
        row.getString("id"),
        row.getString("name"),
        json.readValue(row.getString("labels"), LABELS),
        JobState.of(row.getString("state")),
        row.getInt("attempt"),
        row.getLong("step"),
        row.getObject("total_steps", Long.class),
        row.getObject("last_loss", Float.class),
        row.getString("error_code"),
        row.getString("error_message"),
        instant(row, "created_at"),
        instant(row, "started_at"),
        instant(row, "finished_at"),
        row.getLong("memory_bytes"),
        row.getLong("run_steps"),
        row.getDouble("run_seconds"),
        row.getString("forked_from"),
        row.getObject("forked_step", Long.class),
        row.getString("spec"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
