package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Who gets which job.
 *
 * <p>The next job is one of the project that has the fewest jobs running and quota left; among
 * projects that are equal in this, and within a project, the one of the highest priority, then the
 * one queued first. A job that needs more memory than is free now is passed over.
 *
 * <p>Claims of one project follow each other (its row is locked), so that no two replicas exceed
 * its quota together; the job itself is taken with {@code SKIP LOCKED}.
 */
@Component
class JobQueue {

  /** The device that any number of jobs share. */
  static final String CPU = "cpu";

  private final WorkerTransactions transactions;

  private final Duration backOff;

  @Autowired
  JobQueue(WorkerTransactions transactions, GradkeeperProperties properties) {
    this(transactions, properties.worker().backOff());
  }

  JobQueue(WorkerTransactions transactions, Duration backOff) {
    this.transactions = transactions;
    this.backOff = backOff;
  }

  /**
   * The next job that the worker can run and may run, or none.
   *
   * @param devices names of those that are free; a job asks for the part before the colon
   */
  Optional<ClaimedJob> claim(String worker, List<String> devices, long freeMemory, Duration lease)
      throws SQLException {
    for (String project : projectsInTurn(devices, freeMemory)) {
      Optional<ClaimedJob> claimed =
          transactions.run(
              connection ->
                  hasQuota(connection, project)
                      ? claimOf(connection, project, worker, devices, freeMemory, lease)
                      : Optional.empty());
      if (claimed.isPresent()) {
        return claimed;
      }
    }
    return Optional.empty();
  }

  private List<String> projectsInTurn(List<String> devices, long freeMemory) throws SQLException {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT p.id
                  FROM project p
                  CROSS JOIN LATERAL (
                      SELECT j.priority, j.queued_at, j.id FROM job j
                      WHERE j.project_id = p.id AND j.state = 'queued' AND j.device = ANY (?) AND j.memory_bytes <= ?
                        AND (j.not_before IS NULL OR j.not_before <= now())
                      ORDER BY j.priority DESC, j.queued_at, j.id LIMIT 1) head
                  CROSS JOIN LATERAL (
                      SELECT count(*) AS jobs FROM job j
                      WHERE j.project_id = p.id AND j.state IN ('running', 'pausing', 'cancelling')) running
                  WHERE running.jobs < COALESCE(p.max_running_jobs, 2147483647)
                  ORDER BY running.jobs, head.priority DESC, head.queued_at, head.id
                  """)) {
            select.setArray(1, text(connection, kinds(devices)));
            select.setLong(2, freeMemory);
            return strings(select);
          }
        });
  }

  /** Locks the project, so that the count stays true until the claim is committed. */
  private static boolean hasQuota(Connection connection, String project) throws SQLException {
    try (PreparedStatement lock =
            connection.prepareStatement(
                "SELECT COALESCE(max_running_jobs, 2147483647) FROM project WHERE id = ? FOR NO KEY UPDATE");
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT count(*) FROM job WHERE project_id = ? AND state IN ('running', 'pausing', 'cancelling')")) {
      lock.setString(1, project);
      count.setString(1, project);
      long quota = number(lock);
      return number(count) < quota;
    }
  }

  private static long number(PreparedStatement select) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static Optional<ClaimedJob> claimOf(
      Connection connection,
      String project,
      String worker,
      List<String> devices,
      long freeMemory,
      Duration lease)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT id FROM job
            WHERE project_id = ? AND state = 'queued' AND device = ANY (?) AND memory_bytes <= ?
              AND (not_before IS NULL OR not_before <= now())
            ORDER BY priority DESC, queued_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
            """)) {
      select.setString(1, project);
      select.setArray(2, text(connection, kinds(devices)));
      select.setLong(3, freeMemory);
      List<String> found = strings(select);
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(start(connection, found.getFirst(), worker, devices, lease, "claimed"));
    }
  }

  /** The job's row is locked, and queued. */
  private static ClaimedJob start(
      Connection connection,
      String job,
      String worker,
      List<String> devices,
      Duration lease,
      String reason)
      throws SQLException {
    try (PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE job
                SET state = 'running', state_reason = ?, attempt = attempt + 1, worker_id = ?,
                    lease_until = now() + ? * interval '1 millisecond', started_at = now(),
                    step = COALESCE(c.step, 0), epoch = COALESCE(c.epoch, 0), last_loss = c.loss,
                    not_before = NULL, version = version + 1
                FROM (VALUES (?)) AS claimed (id) LEFT JOIN LATERAL (
                    SELECT step, epoch, loss FROM checkpoint WHERE job_id = claimed.id ORDER BY step DESC LIMIT 1) c ON true
                WHERE job.id = claimed.id
                RETURNING attempt, project_id, spec::text, dataset_id, device, memory_bytes,
                    (extract(epoch FROM now() - queued_at) * 1000)::bigint, job.step, forked_step
                """);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO job_attempt (job_id, attempt, from_step, worker_id, device) VALUES (?, ?, ?, ?, ?)")) {
      update.setString(1, reason);
      update.setString(2, worker);
      update.setLong(3, lease.toMillis());
      update.setString(4, job);
      ClaimedJob claimed;
      try (ResultSet row = update.executeQuery()) {
        row.next();
        claimed =
            new ClaimedJob(
                new Lease(job, row.getInt(1), worker),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                firstOf(row.getString(5), devices),
                row.getLong(6),
                Duration.ofMillis(Math.max(0, row.getLong(7))),
                row.getLong(8),
                row.getObject(9, Long.class));
      }
      insert.setString(1, job);
      insert.setInt(2, claimed.lease().attempt());
      insert.setLong(3, claimed.fromStep());
      insert.setString(4, worker);
      insert.setString(5, claimed.device());
      insert.executeUpdate();
      return claimed;
    }
  }

  private static String kind(String device) {
    return device.split(":", 2)[0];
  }

  private static List<String> kinds(List<String> devices) {
    return devices.stream().map(JobQueue::kind).distinct().toList();
  }

  private static String firstOf(String kind, List<String> devices) {
    return devices.stream().filter(name -> kind(name).equals(kind)).findFirst().orElseThrow();
  }

  /**
   * What a worker held when its process ended is queued, and as many of these jobs as there is room
   * for are its own again at once, without waiting for the lease or behind other jobs. Only for a
   * worker that runs nothing yet.
   *
   * @param devices names of all that it has
   */
  List<ClaimedJob> takeBack(
      String worker, List<String> devices, int slots, long memory, Duration lease)
      throws SQLException {
    return transactions.run(
        connection -> {
          List<Released> released;
          try (PreparedStatement update = releaseWhere(connection, "worker_id = ?")) {
            update.setString(1, "worker_restarted");
            update.setString(2, worker);
            released = release(connection, update);
          }
          List<ClaimedJob> taken = new ArrayList<>();
          long free = memory;
          List<String> freeDevices = new ArrayList<>(devices);
          for (Released job : released) {
            if (job.isClaimable
                && taken.size() < slots
                && job.memoryBytes <= free
                && kinds(freeDevices).contains(job.device)) {
              ClaimedJob back =
                  start(connection, job.id, worker, freeDevices, lease, "worker_restarted");
              taken.add(back);
              free -= job.memoryBytes;
              freeDevices.removeIf(name -> name.equals(back.device()) && !name.equals(CPU));
            }
          }
          return taken;
        });
  }

  /**
   * Jobs whose worker has not renewed its lease go back to the queue; those that have been started
   * too often fail, those that were to be cancelled are.
   *
   * @param running jobs of this process, which knows better than their lease
   */
  int releaseExpired(Collection<String> running) throws SQLException {
    return transactions.run(
        connection -> {
          try (PreparedStatement update =
              releaseWhere(connection, "lease_until < now() AND id <> ALL (?)")) {
            update.setString(1, "lease_expired");
            update.setArray(2, text(connection, running));
            return release(connection, update).size();
          }
        });
  }

  private record Released(
      String id, boolean isPaused, boolean isClaimable, String device, long memoryBytes) {}

  private PreparedStatement releaseWhere(Connection connection, String condition)
      throws SQLException {
    PreparedStatement update =
        connection.prepareStatement(
            """
        WITH lost AS (
            SELECT id, attempt, state AS was, restarts >= max_restarts AS exhausted, ? AS reason
            FROM job WHERE state IN ('running', 'pausing', 'cancelling') AND\s"""
                + condition
                + """
             FOR UPDATE SKIP LOCKED),
            released AS (
                UPDATE job j
                SET state = CASE WHEN was = 'cancelling' THEN 'cancelled' WHEN exhausted THEN 'failed' ELSE 'queued' END,
                    state_reason = CASE WHEN was <> 'cancelling' AND exhausted THEN 'restarts_exhausted' ELSE reason END,
                    error_code = CASE WHEN was <> 'cancelling' AND exhausted THEN 'restarts_exhausted' END,
                    error_message = CASE WHEN was <> 'cancelling' AND exhausted THEN format(
                        'The worker was lost %s times, and max_restarts is %s.', j.restarts + 1, j.max_restarts) END,
                    finished_at = CASE WHEN was = 'cancelling' OR exhausted THEN now() END,
                    not_before = CASE WHEN j.restarts > 0 THEN now() + interval '1 millisecond'
                        * LEAST(?::float8, ?::float8 * power(2, LEAST(j.restarts, 30) - 1)) END,
                    restarts = j.restarts + 1, worker_id = NULL, lease_until = NULL, version = version + 1
                FROM lost WHERE j.id = lost.id
                RETURNING j.id, j.attempt, j.state, j.device, j.memory_bytes, j.queued_at, reason, was,
                    j.state = 'queued' AND was <> 'pausing' AND COALESCE(j.not_before <= now(), true) AS claimable),
            ended AS (
                UPDATE job_attempt a SET ended_at = now(), outcome = reason
                FROM released r WHERE a.job_id = r.id AND a.attempt = r.attempt)
            SELECT id, state = 'queued' AND was = 'pausing', claimable, device, memory_bytes FROM released ORDER BY queued_at, id
            """);
    update.setLong(3, GradkeeperProperties.Worker.LONGEST_BACK_OFF.toMillis());
    update.setLong(4, backOff.toMillis());
    return update;
  }

  /** One that was to be paused rests in the queue no longer than it takes to say so. */
  private static List<Released> release(Connection connection, PreparedStatement update)
      throws SQLException {
    List<Released> released = new ArrayList<>();
    try (ResultSet rows = update.executeQuery()) {
      while (rows.next()) {
        released.add(
            new Released(
                rows.getString(1),
                rows.getBoolean(2),
                rows.getBoolean(3),
                rows.getString(4),
                rows.getLong(5)));
      }
    }
    List<String> paused = released.stream().filter(Released::isPaused).map(Released::id).toList();
    try (PreparedStatement pause =
        connection.prepareStatement(
            "UPDATE job SET state = 'paused', state_reason = 'paused', version = version + 1 WHERE id = ANY (?)")) {
      pause.setArray(1, text(connection, paused));
      pause.executeUpdate();
    }
    return released;
  }

  /** Renews the leases that are still this worker's, and gives the jobs that they are of. */
  Set<String> renew(String worker, Collection<Lease> leases, Duration duration)
      throws SQLException {
    return transactions.run(
        connection -> {
          try (PreparedStatement beat =
                  connection.prepareStatement(
                      "UPDATE worker SET heartbeat_at = now() WHERE id = ?");
              PreparedStatement update =
                  connection.prepareStatement(
                      """
                      UPDATE job SET lease_until = now() + ? * interval '1 millisecond'
                      FROM unnest(?::text[], ?::int[]) AS held (id, attempt)
                      WHERE job.id = held.id AND job.attempt = held.attempt AND job.worker_id = ?
                          AND job.state IN ('running', 'pausing', 'cancelling')
                      RETURNING job.id
                      """)) {
            beat.setString(1, worker);
            beat.executeUpdate();
            update.setLong(1, duration.toMillis());
            update.setArray(2, text(connection, leases.stream().map(Lease::jobId).toList()));
            update.setArray(
                3, connection.createArrayOf("int4", leases.stream().map(Lease::attempt).toArray()));
            update.setString(4, worker);
            return new HashSet<>(strings(update));
          }
        });
  }

  /** Of the jobs that a worker holds, those that a client wants to rest or to end. */
  List<String> stopRequested(String worker) throws SQLException {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT id FROM job WHERE worker_id = ? AND state IN ('pausing', 'cancelling')")) {
            select.setString(1, worker);
            return strings(select);
          }
        });
  }

  private static Array text(Connection connection, Collection<String> values) throws SQLException {
    return connection.createArrayOf("text", values.toArray());
  }

  private static List<String> strings(PreparedStatement select) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
