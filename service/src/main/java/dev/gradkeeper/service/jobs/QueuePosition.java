package dev.gradkeeper.service.jobs;

import dev.gradkeeper.service.web.model.QueueStanding;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Where a queued job stands among those of its project, and what it waits for. */
@Repository
class QueuePosition {
  private static final String SQL =
      """
      SELECT (SELECT count(*) FROM job o
              WHERE o.project_id = j.project_id AND o.state = 'queued'
                AND (-o.priority, o.queued_at, o.id) <= (-j.priority, j.queued_at, j.id)) AS position,
             (SELECT count(*) FROM job o
              WHERE o.project_id = j.project_id AND o.state IN ('running', 'pausing', 'cancelling')) AS running,
             p.max_running_jobs, j.restarts, j.not_before > now() AS waits,
             EXISTS (SELECT FROM worker
                     WHERE stopped_at IS NULL AND slots > 0
                       AND heartbeat_at > now() - interval '1 minute') AS worked
      FROM job j JOIN project p ON p.id = j.project_id
      WHERE j.id = :id
      """;

  private final JdbcClient jdbc;

  QueuePosition(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  QueueStanding of(String jobId) {
    return jdbc.sql(SQL)
        .param("id", jobId)
        .query(
            (row, _) -> {
              long position = row.getLong("position");
              Integer maxRunning = row.getObject("max_running_jobs", Integer.class);
              String reason;
              if (!row.getBoolean("worked")) {
                reason = "No worker is up.";
              } else if (maxRunning != null && row.getLong("running") >= maxRunning) {
                reason = "The project runs as many jobs as its max_running_jobs allows.";
              } else if (row.getBoolean("waits")) {
                reason =
                    "It has lost %d workers, and waits a while before it is started again."
                        .formatted(row.getInt("restarts"));
              } else if (position > 1) {
                reason = "%d jobs of the project are before it.".formatted(position - 1);
              } else {
                reason = "Waits for a free slot of a worker.";
              }
              return new QueueStanding(position, reason);
            })
        .single();
  }
}
