package dev.gradkeeper.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** A connection of the suite's own, opened anew whenever the database has been away. */
final class Session implements AutoCloseable {

  /** What is asked of the database. */
  @FunctionalInterface
  interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Database database;
  private Connection connection;
  private SQLException last;

  Session(Database database) {
    this.database = database;
  }

  /** The answer, when there is one. */
  synchronized <T> T ask(Question<T> question) throws InterruptedException {
    Holder<T> answer = new Holder<>();
    if (!Await.holds(PATIENCE, () -> tryToAsk(question, answer))) {
      throw new IllegalStateException("the database does not answer", last);
    }
    return answer.value;
  }

  private static final class Holder<T> {
    private T value;
  }

  private <T> boolean tryToAsk(Question<T> question, Holder<T> answer) {
    try {
      if (connection == null) {
        connection = database.connect();
      }
      answer.value = question.ask(connection);
      return true;
    } catch (SQLException e) {
      last = e;
      close();
      return false;
    }
  }

  @Override
  public synchronized void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // it was broken
    }
    connection = null;
  }
}
