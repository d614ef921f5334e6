package dev.gradkeeper.service.lease;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions of plain JDBC, in which a worker writes what it must still be allowed to. */
@Component
public class WorkerTransactions {

  /** What happens in a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /** What happens in a transaction that holds the job's row. */
  @FunctionalInterface
  public interface FencedWork<T> {
    /**
     * @param state the job's state, which nobody else changes before the transaction ends
     */
    T in(Connection connection, String state) throws SQLException;
  }

  private static final Logger log = LoggerFactory.getLogger(WorkerTransactions.class);
  private static final long FIRST_PAUSE_NANOS = 50_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

  private final TransactionTemplate transactions;
  private final DataSource dataSource;

  public WorkerTransactions(PlatformTransactionManager transactions, DataSource dataSource) {
    this.transactions = new TransactionTemplate(transactions);
    this.dataSource = dataSource;
  }

  /**
   * Commits what the work did, or rolls it back and throws on. What Spring's own database classes
   * do on this thread meanwhile belongs to the transaction too.
   *
   * @throws SQLException also where Spring has wrapped it
   */
  public <T> T run(Work<T> work) throws SQLException {
    try {
      return transactions.execute(
          _ -> {
            try {
              return work.in(DataSourceUtils.getConnection(dataSource));
            } catch (SQLException e) {
              throw new UncategorizedSQLException("worker", null, e);
            }
          });
    } catch (NestedRuntimeException e) {
      // Where the rollback failed too, what it was for comes first.
      Throwable first =
          e instanceof TransactionSystemException rollback
                  && rollback.getOriginalException() != null
              ? rollback.getOriginalException()
              : e;
      for (Throwable cause = first; cause != null; cause = cause.getCause()) {
        if (cause instanceof SQLException sql) {
          throw sql;
        }
      }
      throw e;
    }
  }

  /**
   * Work on a job that the lease must still hold when it commits.
   *
   * <p>The row is locked {@code FOR NO KEY UPDATE}, not {@code FOR SHARE}: most of this work goes
   * on to update it, and two transactions that both want more than a shared lock would wait for
   * each other.
   *
   * @throws LeaseLostException if it does not; nothing has been written then
   */
  public <T> T runFenced(Lease lease, FencedWork<T> work) throws SQLException {
    return run(connection -> work.in(connection, lockState(connection, lease)));
  }

  /**
   * {@link #runFenced}, again and again while the database cannot be had: the worker has time, and
   * the fence decides when it is back.
   *
   * @param giveUp asked before each further try
   * @throws SQLException what further tries do not heal, or the last one before giving up
   */
  public <T> T runFencedPatiently(Lease lease, FencedWork<T> work, BooleanSupplier giveUp)
      throws SQLException {
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      try {
        T result = runFenced(lease, work);
        if (pause != FIRST_PAUSE_NANOS) {
          log.info("{}: the database is back", lease.jobId());
        }
        return result;
      } catch (SQLException e) {
        if (!isTransient(e) || giveUp.getAsBoolean()) {
          throw e;
        }
        if (pause == FIRST_PAUSE_NANOS) {
          log.warn("{}: the database cannot be had, trying on: {}", lease.jobId(), e.getMessage());
        }
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
      }
    }
  }

  /** Whether the same statement may succeed later. */
  private static boolean isTransient(SQLException e) {
    if (e instanceof SQLTransientException || e instanceof SQLRecoverableException) {
      return true;
    }
    String state = e.getSQLState();
    if (state == null) {
      return true; // the pool: "Connection is closed"
    }
    // connection, read-only after a failover, idle for too long, rollback by deadlock, resources,
    // operator, system
    return state.matches("(08|25006|25P03|40|53|57|58).*");
  }

  private static String lockState(Connection connection, Lease lease) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT state FROM job
            WHERE id = ? AND attempt = ? AND worker_id = ? AND state IN ('running', 'pausing', 'cancelling')
            FOR NO KEY UPDATE
            """)) {
      select.setString(1, lease.jobId());
      select.setInt(2, lease.attempt());
      select.setString(3, lease.workerId());
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          throw new LeaseLostException(lease);
        }
        return rows.getString(1);
      }
    }
  }
}
