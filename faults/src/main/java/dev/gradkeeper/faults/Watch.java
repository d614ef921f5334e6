package dev.gradkeeper.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at the jobs in the database, to see which are going forward. */
final class Watch {

  /**
   * A job with a worker.
   *
   * @param began when this worker started it
   */
  record Running(String job, int attempt, String worker, Instant began, long step) {}

  /**
   * A running job whose step has risen a moment ago.
   *
   * @param since how long ago it was first seen to rise in this attempt
   */
  record Advancing(Running job, Duration since) {}

  private record Seen(Running job, long firstRise, long lastRise) {}

  /** A step that rose before that is no sign any more: rows are written ten times a second. */
  private static final long RECENT_NANOS = Duration.ofMillis(400).toNanos();

  private final Session session;
  private Map<String, Seen> seen = Map.of();

  Watch(Session session) {
    this.session = session;
  }

  /** What was seen before a fault says nothing about what goes on after it. */
  void forget() {
    seen = Map.of();
  }

  /** Looks again. */
  List<Advancing> advancing() throws InterruptedException {
    List<Running> jobs = session.ask(Watch::running);
    long now = System.nanoTime();
    Map<String, Seen> look = new HashMap<>();
    List<Advancing> advancing = new ArrayList<>();
    for (Running job : jobs) {
      Seen next = next(seen.get(job.job()), job, now);
      look.put(job.job(), next);
      if (next.lastRise != 0 && now - next.lastRise < RECENT_NANOS) {
        advancing.add(new Advancing(job, Duration.ofNanos(now - next.firstRise)));
      }
    }
    seen = look;
    return advancing;
  }

  private static Seen next(Seen before, Running job, long now) {
    if (before == null || before.job.attempt() != job.attempt()) {
      return new Seen(job, 0, 0);
    }
    boolean rose = job.step() > before.job.step();
    return new Seen(
        job, rose && before.firstRise == 0 ? now : before.firstRise, rose ? now : before.lastRise);
  }

  private static List<Running> running(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, attempt, worker_id, started_at, step FROM job WHERE state = 'running'");
        ResultSet rows = select.executeQuery()) {
      List<Running> running = new ArrayList<>();
      while (rows.next()) {
        running.add(
            new Running(
                rows.getString(1),
                rows.getInt(2),
                rows.getString(3),
                rows.getObject(4, OffsetDateTime.class).toInstant(),
                rows.getLong(5)));
      }
      return running;
    }
  }

  /** Of these jobs those that had not ended at that time. */
  List<Running> unfinishedAt(Instant time, List<Running> jobs) throws InterruptedException {
    Set<String> unfinished =
        session.ask(
            connection -> {
              try (PreparedStatement select =
                  connection.prepareStatement(
                      "SELECT id FROM job WHERE id = ANY (?) AND (finished_at IS NULL OR finished_at > ?::timestamptz)")) {
                select.setArray(
                    1, connection.createArrayOf("text", jobs.stream().map(Running::job).toArray()));
                select.setString(2, time.toString());
                try (ResultSet rows = select.executeQuery()) {
                  Set<String> ids = new HashSet<>();
                  while (rows.next()) {
                    ids.add(rows.getString(1));
                  }
                  return ids;
                }
              }
            });
    return jobs.stream().filter(job -> unfinished.contains(job.job())).toList();
  }

  /** Whether the attempts have ended: another worker may have the jobs now. */
  boolean areTaken(List<Running> jobs) throws InterruptedException {
    return session.ask(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT FROM job_attempt WHERE job_id = ? AND attempt = ? AND ended_at IS NULL")) {
            for (Running job : jobs) {
              select.setString(1, job.job());
              select.setInt(2, job.attempt());
              try (ResultSet rows = select.executeQuery()) {
                if (rows.next()) {
                  return false;
                }
              }
            }
            return true;
          }
        });
  }

  /** How many jobs there are. */
  int jobs() throws InterruptedException {
    return count("SELECT count(*) FROM job");
  }

  /** How many have not ended. */
  int unfinished() throws InterruptedException {
    return count("SELECT count(*) FROM job WHERE finished_at IS NULL");
  }

  private int count(String select) throws InterruptedException {
    return session.ask(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(select);
              ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
          }
        });
  }
}
