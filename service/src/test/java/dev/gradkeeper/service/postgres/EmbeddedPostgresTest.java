package dev.gradkeeper.service.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.startup.StartupRefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Postgres of the home folder: its own password, durable, and there again after any end. */
class EmbeddedPostgresTest {

  private static final String PASSWORD = "correct horse";

  @TempDir Path folder;

  private EmbeddedPostgres postgres;

  @AfterEach
  void stop() {
    if (postgres != null) {
      postgres.close();
    }
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(
        PostgresFixture.programs(), folder.resolve("postgres"), PASSWORD, 0);
  }

  @Test
  void keepsDataOverRestartsAndAsksForThePassword() throws Exception {
    postgres = start();
    execute("CREATE TABLE note (text text)");
    execute("INSERT INTO note VALUES ('kept')");
    postgres.close();
    postgres = start();
    assertThat(query("SELECT text FROM note")).isEqualTo("kept");
    assertThat(query("SHOW fsync")).isEqualTo("on");
    assertThat(query("SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), postgres.user(), "wrong"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void takesOverWhatAKilledServiceLeftRunning() throws Exception {
    int port = startInAnotherProcessAndKillIt();
    postgres = start();
    assertThat(postgres.port()).isEqualTo(port);
    assertThat(query("SELECT text FROM note")).isEqualTo("committed");
  }

  @Test
  void recoversWhenPostgresItselfWasKilled() throws Exception {
    startInAnotherProcessAndKillIt();
    Path pidFile = folder.resolve("postgres/data/postmaster.pid");
    ProcessHandle server =
        ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).getFirst())).orElseThrow();
    server.destroyForcibly();
    server.onExit().get(30, TimeUnit.SECONDS);
    postgres = start();
    assertThat(query("SELECT text FROM note")).isEqualTo("committed");
  }

  @Test
  void refusesTheDataOfAnotherMajorVersion() throws IOException {
    Path data = Files.createDirectories(folder.resolve("postgres/data"));
    Files.writeString(data.resolve("PG_VERSION"), "17\n");
    assertThatThrownBy(this::start)
        .isInstanceOf(StartupRefusedException.class)
        .hasMessageContaining("is PostgreSQL 17's, and this build brings PostgreSQL 18");
  }

  /** SIGKILL right after a commit; gives the port of the Postgres that is left. */
  private int startInAnotherProcessAndKillIt() throws Exception {
    Process service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Service.class.getName(),
                folder.resolve("postgres").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = service.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.startsWith("port ")) {
        line = out.readLine();
      }
      service.destroyForcibly().waitFor();
      assertThat(line).as("the child's port").isNotNull();
      return Integer.parseInt(line.substring("port ".length()));
    }
  }

  /** What the killed process runs. */
  static final class Service {
    public static void main(String[] args) throws Exception {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.start(PostgresFixture.programs(), Path.of(args[0]), PASSWORD, 0);
      try (Connection connection =
              DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE note (text text)");
        statement.execute("INSERT INTO note VALUES ('committed')");
      }
      System.out.println("port " + postgres.port());
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
  }
}
