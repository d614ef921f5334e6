package dev.gradkeeper.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database allows the transitions of {@link JobState}, and no other. */
@ExtendWith(PostgresFixture.class)
class TransitionsTest {

  private static final String SET_STATE =
      """
      UPDATE job SET state = :state,
          worker_id = CASE WHEN :state IN ('running', 'pausing', 'cancelling') THEN :worker END,
          lease_until = CASE WHEN :state IN ('running', 'pausing', 'cancelling') THEN now() END,
          finished_at = CASE WHEN :state IN ('succeeded', 'failed', 'cancelled') THEN now() END,
          error_code = CASE WHEN :state = 'failed' THEN 'test' END
      WHERE id = :id
      """;

  @Test
  void theDatabaseAllowsWhatTheCodeAllows(TestDatabase database) {
    try (HikariDataSource pool = database.pool(1)) {
      TestJobs jobs = new TestJobs(pool);
      String worker = jobs.worker();
      for (JobState from : JobState.values()) {
        for (JobState to : JobState.values()) {
          if (from == to) {
            continue;
          }
          String job = jobs.queued("prj_default");
          bring(jobs, job, from, worker);
          if (from.next().contains(to)) {
            set(jobs, job, to, worker);
            assertThat(jobs.history(job)).endsWith(from.text() + "() " + to.text() + "()");
          } else {
            assertThatThrownBy(() -> set(jobs, job, to, worker))
                .as("%s to %s", from, to)
                .hasMessageContaining("job_transition_allowed");
            assertThat(jobs.state(job)).isEqualTo(from.text());
          }
        }
      }
    }
  }

  private static void bring(TestJobs jobs, String job, JobState state, String worker) {
    switch (state) {
      case QUEUED -> {}
      case RUNNING, CANCELLED, PAUSED, FAILED -> set(jobs, job, state, worker);
      case PAUSING, CANCELLING, SUCCEEDED -> {
        set(jobs, job, JobState.RUNNING, worker);
        set(jobs, job, state, worker);
      }
    }
  }

  private static void set(TestJobs jobs, String job, JobState state, String worker) {
    jobs.jdbc()
        .sql(SET_STATE)
        .param("state", state.text())
        .param("worker", worker)
        .param("id", job)
        .update();
  }
}
