package dev.gradkeeper.service.postgres;

import dev.gradkeeper.service.startup.StartupRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Postgres in a folder: password (scram), loopback, fsync on, data that survives restarts.
 *
 * <p>It is a process of its own, in its own session: neither Ctrl-C in the service's terminal nor a
 * SIGKILL of the service ends it. One that was left running is taken over.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String NAME = "gradkeeper";
  private static final int START_SECONDS = 60;

  private final PostgresPrograms programs;
  private final Account account;
  private final Path cluster;
  private final Path data;
  private final String password;
  private int port;

  private EmbeddedPostgres(PostgresPrograms programs, Path cluster, String password)
      throws IOException {
    this.programs = programs;
    this.cluster = cluster;
    this.data = cluster.resolve("data");
    this.password = password;
    this.account = Account.choose(cluster, programs.program("initdb"));
  }

  /**
   * Starts the Postgres of a folder, makes one there if it is new, or takes over the one that runs.
   *
   * @param binaries where the programs are, or are to be, unpacked
   * @param cluster the folder of the data and the log
   * @param wantedPort 0: any free one
   * @throws StartupRefusedException if the data is of another major version or Postgres cannot
   *     start
   */
  public static EmbeddedPostgres start(
      Path binaries, Path cluster, String password, int wantedPort) {
    try {
      EmbeddedPostgres postgres =
          new EmbeddedPostgres(PostgresPrograms.unpackInto(binaries), cluster, password);
      postgres.createCluster();
      postgres.checkVersion();
      if (!postgres.takeOver()) {
        postgres.launch(wantedPort);
      }
      postgres.createDatabase();
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL in " + cluster, e);
    }
  }

  public String url() {
    return url(NAME);
  }

  /** The JDBC URL of another database of this server. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public String user() {
    return NAME;
  }

  public String password() {
    return password;
  }

  public int port() {
    return port;
  }

  private void createCluster() throws IOException {
    if (Files.exists(data)) {
      return;
    }
    Files.createDirectories(cluster);
    Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rwx------"));
    account.own(cluster);
    // A crash in the middle leaves no folder that looks like a database.
    Path part = Files.createTempDirectory(cluster, "initdb-");
    account.own(part);
    Path passwordFile = Files.createTempFile(cluster, "password-", "");
    Files.writeString(passwordFile, password + "\n");
    account.own(passwordFile);
    try {
      run(
          programs.program("initdb"),
          "--pgdata=" + part,
          "--username=" + NAME,
          "--pwfile=" + passwordFile,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--no-locale",
          "--locale-provider=builtin",
          "--builtin-locale=C.UTF-8",
          "--set=listen_addresses=127.0.0.1",
          "--set=unix_socket_directories=",
          "--set=max_connections=60");
    } finally {
      Files.delete(passwordFile);
    }
    Files.move(part, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private void checkVersion() throws IOException {
    String found = Files.readString(data.resolve("PG_VERSION")).strip();
    if (!found.equals(programs.majorVersion())) {
      throw new StartupRefusedException(
          "The data in "
              + data
              + " is PostgreSQL "
              + found
              + "'s, and this build brings PostgreSQL "
              + programs.majorVersion()
              + ".",
          "Start the build that wrote it, take a pg_dump, and load that into a new GRADKEEPER_HOME;"
              + " or move the folder away to begin with an empty database.");
    }
  }

  /** Uses what a killed service left running; stops it if it does not answer. */
  private boolean takeOver() throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return false;
    }
    List<String> lines = Files.readAllLines(pidFile);
    long pid = Long.parseLong(lines.getFirst().strip());
    if (!isPostgres(pid)) {
      Files.delete(pidFile); // the machine was restarted, and somebody else has that number now
      return false;
    }
    if (lines.size() > 3) {
      port = Integer.parseInt(lines.get(3).strip());
      try (Connection connection = connect("postgres")) {
        log.info("Took over the PostgreSQL on port {} that an earlier service left running", port);
        return true;
      } catch (SQLException e) {
        log.info(
            "The PostgreSQL of an earlier service does not answer, stopping it: {}",
            e.getMessage());
      }
    }
    stop();
    return false;
  }

  private static boolean isPostgres(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .map(command -> command.endsWith("postgres"))
        .orElse(false);
  }

  private void launch(int wantedPort) throws IOException {
    port = wantedPort != 0 ? wantedPort : freePort();
    run(
        programs.program("pg_ctl"),
        "start",
        "--wait",
        "--timeout=" + START_SECONDS,
        "--silent",
        "--pgdata=" + data,
        "--log=" + cluster.resolve("log"),
        "--options=-p " + port);
    log.info("Started PostgreSQL {} on port {}, data in {}", programs.version(), port, data);
  }

  private void createDatabase() {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + NAME + "'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE " + NAME);
    } catch (SQLException e) {
      throw new StartupRefusedException(
          "The embedded PostgreSQL in " + data + " does not let the service in: " + e.getMessage(),
          "Its log is " + cluster.resolve("log") + ".",
          e);
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        url(database) + "?loginTimeout=5&connectTimeout=5", NAME, password);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void stop() {
    run(
        programs.program("pg_ctl"),
        "stop",
        "--wait",
        "--timeout=" + START_SECONDS,
        "--mode=fast",
        "--silent",
        "--pgdata=" + data);
  }

  /**
   * Stops the server; sessions that are still open are ended and their transactions rolled back.
   */
  @Override
  public void close() {
    try {
      if (Files.exists(data.resolve("postmaster.pid"))) {
        stop();
      }
    } catch (StartupRefusedException e) {
      log.warn("PostgreSQL did not stop in order: {}", e.getMessage());
    }
  }

  private void run(String... command) {
    try {
      Path output = Files.createTempFile("gradkeeper-postgres-", ".out");
      try {
        // To a file: the server inherits the descriptor, and a pipe would stay open with it.
        Process process =
            new ProcessBuilder(new ArrayList<>(account.command(List.of(command))))
                .directory(cluster.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(START_SECONDS + 30, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw failed(command, "no end after " + (START_SECONDS + 30) + " s");
        }
        if (process.exitValue() != 0) {
          throw failed(command, Files.readString(output).strip());
        }
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(command, "interrupted");
    }
  }

  private StartupRefusedException failed(String[] command, String output) {
    return new StartupRefusedException(
        Path.of(command[0]).getFileName() + " of the embedded PostgreSQL failed: " + output,
        "Its log is "
            + cluster.resolve("log")
            + ". With SPRING_DATASOURCE_URL the service uses a PostgreSQL of your own instead.");
  }
}
