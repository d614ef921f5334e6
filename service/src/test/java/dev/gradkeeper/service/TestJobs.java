package dev.gradkeeper.service;

import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Jobs, projects and workers put straight into a test's database. */
public final class TestJobs {

  private static final AtomicInteger ids = new AtomicInteger();

  private final JdbcClient jdbc;

  public TestJobs(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  public JdbcClient jdbc() {
    return jdbc;
  }

  /** A project of its own; quota null: none. */
  public String project(Integer maxRunning) {
    String id = "prj_%05d".formatted(ids.incrementAndGet());
    jdbc.sql("INSERT INTO project (id, name, max_running_jobs) VALUES (?, ?, ?)")
        .params(id, id, maxRunning)
        .update();
    return id;
  }

  public String worker() {
    String id = "wrk_%05d".formatted(ids.incrementAndGet());
    jdbc.sql(
            "INSERT INTO worker (id, host, version, slots, memory_bytes)"
                + " VALUES (?, 'test', 'test', 1, 1073741824)")
        .params(id)
        .update();
    return id;
  }

  public String queued(String project) {
    return queued(project, 5, 0);
  }

  public String queued(String project, int priority, long memory) {
    String id = "job_%05d".formatted(ids.incrementAndGet());
    jdbc.sql(
            "INSERT INTO job (id, project_id, name, spec, device, priority, memory_bytes, queued_at)"
                + " VALUES (?, ?, ?, '{}', 'cpu', ?, ?, clock_timestamp())")
        .params(id, project, id, priority, memory)
        .update();
    return id;
  }

  public String state(String job) {
    return jdbc.sql("SELECT state FROM job WHERE id = ?").params(job).query(String.class).single();
  }

  /** The states that a job has been in, first to last, as {@code queued(null) running(claimed)}. */
  public String history(String job) {
    return jdbc.sql(
            "SELECT string_agg(to_state || '(' || COALESCE(reason, '') || ')', ' ' ORDER BY seq)"
                + " FROM job_transition WHERE job_id = ?")
        .params(job)
        .query(String.class)
        .single();
  }
}
