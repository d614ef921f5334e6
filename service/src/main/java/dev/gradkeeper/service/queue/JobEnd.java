package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.lease.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * How a worker lets go of a job.
 *
 * @param state the job's next state
 * @param reason of the transition, and the outcome of the attempt
 * @param errorCode of a failure, else null
 */
record JobEnd(String state, String reason, String errorCode, String errorMessage) {

  private static final int LONGEST_MESSAGE = 2000;

  static JobEnd succeeded(String reason) {
    return new JobEnd("succeeded", reason, null, null);
  }

  static JobEnd cancelled() {
    return new JobEnd("cancelled", "cancelled", null, null);
  }

  /** A client wants it to rest; it goes on when the client says so. */
  static JobEnd paused() {
    return new JobEnd("paused", "paused", null, null);
  }

  /** A run that was stopped: what the job's state asks for, or else it is handed back. */
  static JobEnd stopped(String state) {
    return switch (state) {
      case "cancelling" -> cancelled();
      case "pausing" -> paused();
      default -> handedBack();
    };
  }

  /** The service stops; another one, or this one when it is back, starts the job again. */
  static JobEnd handedBack() {
    return new JobEnd("queued", "handed_back", null, null);
  }

  static JobEnd failed(String code, String message) {
    String shown = message == null ? code : message.replace("\0", "");
    return new JobEnd(
        "failed", code, code, shown.substring(0, Math.min(shown.length(), LONGEST_MESSAGE)));
  }

  /** In a fenced transaction. */
  void write(Connection connection, Lease lease) throws SQLException {
    try (PreparedStatement job =
            connection.prepareStatement(
                """
                UPDATE job
                SET state = ?, state_reason = ?, error_code = ?, error_message = ?, worker_id = NULL, lease_until = NULL,
                    finished_at = CASE WHEN ? IN ('succeeded', 'failed', 'cancelled') THEN now() END, version = version + 1
                WHERE id = ?
                """);
        PreparedStatement attempt =
            connection.prepareStatement(
                "UPDATE job_attempt SET ended_at = now(), outcome = ? WHERE job_id = ? AND attempt = ?")) {
      job.setString(1, state);
      job.setString(2, reason);
      job.setString(3, errorCode);
      job.setString(4, errorMessage);
      job.setString(5, state);
      job.setString(6, lease.jobId());
      job.executeUpdate();
      attempt.setString(1, reason);
      attempt.setString(2, lease.jobId());
      attempt.setInt(3, lease.attempt());
      attempt.executeUpdate();
    }
  }
}
