package dev.gradkeeper.service.jobs;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the workers at hand can take. */
@Component
class WorkerMemory {
  private final JdbcClient jdbc;

  WorkerMemory(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Bytes that one job may need: those of the largest worker; null while there is no worker. */
  @Nullable Long limit() {
    return jdbc.sql(
            "SELECT max(memory_bytes) FROM worker"
                + " WHERE stopped_at IS NULL AND heartbeat_at > now() - interval '1 minute'")
        .query(Long.class)
        .optional()
        .orElse(null);
  }
}
