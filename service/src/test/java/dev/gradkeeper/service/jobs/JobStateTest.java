package dev.gradkeeper.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The table of transitions in code, that of the database and the contract's enum are one. */
@ExtendWith(PostgresFixture.class)
class JobStateTest {

  @Test
  void theContractHasTheSameStates() {
    assertThat(
            Arrays.stream(dev.gradkeeper.service.web.model.JobState.values()).map(Object::toString))
        .containsExactlyElementsOf(Arrays.stream(JobState.values()).map(JobState::text).toList());
  }

  @Test
  void threeStatesAreFinal() {
    assertThat(Arrays.stream(JobState.values()).filter(JobState::isFinal))
        .containsExactly(JobState.CANCELLED, JobState.SUCCEEDED, JobState.FAILED);
  }

  @Test
  void theDatabaseAllowsTheSameTransitions(TestDatabase database) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.url(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "INSERT INTO job (id, project_id, name, spec, device, memory_bytes)"
              + " VALUES ('job_1', 'prj_default', 'j', '{}', 'cpu', 1)");
      connection.commit();
      for (JobState from : JobState.values()) {
        Set<JobState> next = from.next();
        for (JobState to : JobState.values()) {
          assertThat(isAllowed(connection, from, to))
              .as(from + " to " + to)
              .isEqualTo(next.contains(to));
        }
      }
    }
  }

  private static boolean isAllowed(Connection connection, JobState from, JobState to)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO job_transition (job_id, from_state, to_state, attempt) VALUES ('job_1', '%s', '%s', 0)"
              .formatted(from.text(), to.text()));
      return true;
    } catch (SQLException e) {
      assertThat(e.getMessage()).contains("job_transition_allowed");
      return false;
    } finally {
      connection.rollback();
    }
  }
}
