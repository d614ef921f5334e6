package dev.gradkeeper.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * The Postgres that a server started in its home folder and that outlives it; from then on it is
 * the suite's to kill and to start.
 */
final class Database implements AutoCloseable {

  private static final String NAME = "gradkeeper";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Path data;
  private final Path programs;
  private final String password;
  private final int port;
  private final File log;

  /**
   * @param home of the server that started it
   */
  Database(Path home, Path folder) {
    try {
      data = home.resolve("postgres/data");
      password = Files.readString(home.resolve("postgres.password")).strip();
      port = Integer.parseInt(pidFile().get(3).strip());
      try (var unpacked = Files.list(home.resolve("programs"))) {
        programs = unpacked.findFirst().orElseThrow().resolve("bin");
      }
      log = folder.resolve("pg_ctl.log").toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String user() {
    return NAME;
  }

  String password() {
    return password;
  }

  /** A connection of its own, past all proxies. */
  Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.put("user", NAME);
    properties.put("password", password);
    properties.put("connectTimeout", "5");
    properties.put("socketTimeout", "60");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME, properties);
  }

  /** From now on each row tells when it was committed: {@code pg_xact_commit_timestamp(xmin)}. */
  void recordCommitTimes() throws SQLException, InterruptedException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET track_commit_timestamp = on");
    }
    stop();
    start();
  }

  /** SIGKILL of the server and all its sessions; returns when it is gone. */
  void crash() throws InterruptedException {
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(readPid())).orElseThrow();
    Signals.send("STOP", postmaster.pid()); // it starts no session more
    List<ProcessHandle> all = new ArrayList<>(postmaster.children().toList());
    all.add(postmaster);
    all.forEach(ProcessHandle::destroyForcibly);
    Await.holds(START_LIMIT, () -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** Ends without a checkpoint: the next start recovers from the write-ahead log. */
  void stopImmediately() throws InterruptedException {
    control("stop", "--wait", "--mode=immediate");
  }

  /** Ends all sessions and rolls them back. */
  void stop() throws InterruptedException {
    control("stop", "--wait", "--mode=fast");
  }

  void start() throws InterruptedException {
    control("start", "--wait", "--options=-p " + port);
  }

  private void control(String verb, String... options) throws InterruptedException {
    List<String> command = new ArrayList<>(account());
    command.add(programs.resolve("pg_ctl").toString());
    command.add(verb);
    command.addAll(List.of(options));
    command.addAll(List.of("--silent", "--timeout=" + START_LIMIT.toSeconds(), "--pgdata=" + data));
    try {
      int exit =
          new ProcessBuilder(command)
              .directory(data.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException("pg_ctl " + verb + " failed; see " + log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the server chose it: Postgres does not run as root. */
  private List<String> account() {
    if (!System.getProperty("user.name").equals("root")) {
      return List.of();
    }
    try {
      String owner = Files.getOwner(data).getName();
      return owner.equals("root")
          ? List.of("unshare", "--user", "--")
          : List.of("setpriv", "--reuid=" + owner, "--regid=65534", "--clear-groups", "--");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String readPid() {
    try {
      return pidFile().getFirst().strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> pidFile() throws IOException {
    return Files.readAllLines(data.resolve("postmaster.pid"));
  }

  @Override
  public void close() {
    try {
      if (Files.exists(data.resolve("postmaster.pid"))) {
        crash();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
