package dev.gradkeeper.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One of the servers, with a home folder and a port of its own. Whenever its process has ended it
 * is started again, as a service manager would.
 */
final class Server implements AutoCloseable {

  static final Duration LEASE = Duration.ofSeconds(3);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final ServiceProgram program;
  private final Map<String, String> settings;
  private final Path home;
  private final File log;
  private final Api api;
  private final Thread supervisor;

  private volatile Process process;
  private volatile Instant started;
  private volatile boolean closed;
  private volatile boolean endIsWanted;
  private volatile boolean frozen;
  private volatile int starts;
  private volatile int ownEnds;

  /**
   * @param settings beside those of the home folder and the ports
   */
  Server(
      String name, Path folder, ServiceProgram program, String key, Map<String, String> settings) {
    this.name = name;
    this.program = program;
    this.home = folder.resolve(name);
    this.log = folder.resolve(name + ".log").toFile();
    int port = Ports.free();
    this.settings = new TreeMap<>(settings);
    this.settings.put("GRADKEEPER_HOME", home.toString());
    this.settings.put("GRADKEEPER_ADMIN_KEY", key);
    this.settings.put("SERVER_PORT", Integer.toString(port));
    this.settings.put("GRADKEEPER_MANAGEMENT_PORT", Integer.toString(Ports.free()));
    this.api = new Api("http://127.0.0.1:" + port, key);
    launch();
    this.supervisor = Thread.ofVirtual().start(this::supervise);
  }

  private void launch() {
    started = Instant.now();
    process = program.start(settings, log);
    starts++;
  }

  private void supervise() {
    try {
      while (!closed) {
        process.waitFor();
        synchronized (this) {
          if (!endIsWanted) {
            ownEnds++;
          }
          if (!closed) {
            launch();
          }
          endIsWanted = false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String name() {
    return name;
  }

  Api api() {
    return api;
  }

  Path home() {
    return home;
  }

  /** How often it was started. */
  int starts() {
    return starts;
  }

  /** How often it ended though nobody had ended it: because the database was away at its start. */
  int ownEnds() {
    return ownEnds;
  }

  /** Whether it is there to be asked or struck: neither frozen nor about to end. */
  boolean isRunning() {
    return !frozen && !endIsWanted && process.isAlive();
  }

  boolean isFrozen() {
    return frozen;
  }

  /** Whether what began then under this worker's name is trained by the process that runs now. */
  boolean trains(String worker, Instant began) {
    return isRunning() && worker.equals(worker()) && began.isAfter(started);
  }

  /** What its rows in the database bear; empty until it has started once. */
  String worker() {
    Path file = home.resolve("worker.id");
    try {
      return Files.exists(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() throws InterruptedException {
    Process victim = wantEnd();
    victim.destroyForcibly();
    victim.waitFor();
  }

  /** SIGTERM; returns when the process is gone, false if it had to be killed. */
  boolean stop() throws InterruptedException {
    Process victim = wantEnd();
    victim.destroy();
    if (victim.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      return true;
    }
    victim.destroyForcibly().waitFor();
    return false;
  }

  private synchronized Process wantEnd() {
    endIsWanted = process.isAlive();
    return process;
  }

  /** SIGSTOP. */
  void freeze() throws InterruptedException {
    frozen = true;
    Signals.send("STOP", process.pid());
  }

  /** SIGCONT. */
  void thaw() throws InterruptedException {
    Signals.send("CONT", process.pid());
    frozen = false;
  }

  boolean awaitReady(Duration limit) throws InterruptedException {
    return Await.holds(limit, api::isReady);
  }

  /** Kills it for good. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      process.destroyForcibly();
    }
    try {
      supervisor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
