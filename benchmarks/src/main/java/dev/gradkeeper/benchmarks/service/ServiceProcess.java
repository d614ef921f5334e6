package dev.gradkeeper.benchmarks.service;

import dev.gradkeeper.benchmarks.Cores;
import dev.gradkeeper.cli.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The service that {@code ./gradkeeper up} starts, with an empty home folder and an embedded
 * Postgres of its own.
 */
public final class ServiceProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Path home;
  private final ProcessBuilder builder;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Api api;
  private Process process;
  private ProcessHandle postgres;

  /**
   * Returns when the service is ready.
   *
   * @param script {@code gradkeeper}
   * @param core that the service is bound to
   * @param postgresCore that its Postgres is bound to
   */
  public static ServiceProcess bound(Path script, int core, int postgresCore) {
    ServiceProcess service = new ServiceProcess(script, Cores.bind(core));
    if (postgresCore != core) {
      service.postgres().forEach(part -> Cores.move(part.pid(), postgresCore));
    }
    return service;
  }

  /** On all processors; returns when the service is ready. */
  public static ServiceProcess unbound(Path script) {
    return new ServiceProcess(script, List.of());
  }

  private ServiceProcess(Path script, List<String> binding) {
    int port = freePort();
    url = URI.create("http://localhost:" + port);
    try {
      home = Files.createTempDirectory("gradkeeper-benchmark");
      List<String> command = new ArrayList<>(binding);
      command.addAll(List.of(script.toString(), "up"));
      builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(home.resolve("service.log").toFile()));
      Map<String, String> environment = builder.environment();
      environment
          .keySet()
          .removeIf(name -> name.startsWith("SPRING_") || name.startsWith("GRADKEEPER_"));
      environment.put("SERVER_PORT", Integer.toString(port));
      environment.put("GRADKEEPER_MANAGEMENT_PORT", Integer.toString(freePort()));
      environment.put("GRADKEEPER_HOME", home.toString());
      process = builder.start();
      awaitReady();
      api = new Api(http, url, Files.readString(home.resolve("admin.key")).strip());
      postgres = findPostgres();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * SIGKILL, and a start right after it; returns when the service is ready again.
   *
   * @param withPostgres whether its Postgres is killed too
   * @return when it was started again
   */
  public Instant killAndRestart(boolean withPostgres) {
    try {
      process.destroyForcibly().waitFor();
      if (withPostgres) {
        List<ProcessHandle> parts = postgres().toList();
        parts.forEach(ProcessHandle::destroyForcibly);
        parts.forEach(part -> part.onExit().join());
      }
      return startAgain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns when it is ready: when it was started. */
  private Instant startAgain() {
    Instant start = Instant.now();
    try {
      process = builder.start();
      awaitReady();
      postgres = findPostgres();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return start;
  }

  /**
   * Stops it in good order and starts it again.
   *
   * @param warmUp whether the engine is warmed up meanwhile
   * @return when it was started; it is ready now
   */
  public Instant restart(boolean warmUp) {
    try {
      process.destroy();
      process.waitFor();
      builder.environment().put("GRADKEEPER_WORKER_WARMUP", Boolean.toString(warmUp));
      return startAgain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public Api api() {
    return api;
  }

  /** From the submission of a job of one step until that step was made. */
  public Duration submissionToFirstStep(ObjectNode spec) {
    Instant submitted = Instant.now();
    TrainedJob job = TrainedJob.train(this, spec.deepCopy().put("max_steps", 1).toString(), 1);
    return Duration.between(submitted, job.stepTime(1));
  }

  /** Processor time of all its threads and of its Postgres so far. */
  long cpuNanos() {
    return Stream.concat(Stream.of(process.toHandle()), postgres())
        .mapToLong(part -> part.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
        .sum();
  }

  /** The server and its sessions; those to come inherit the processor of the first one. */
  private Stream<ProcessHandle> postgres() {
    return Stream.concat(Stream.of(postgres), postgres.children());
  }

  private void awaitReady() {
    HttpRequest request = HttpRequest.newBuilder(url.resolve("/readyz")).build();
    Instant limit = Instant.now().plus(START_LIMIT);
    try {
      while (process.isAlive() && Instant.now().isBefore(limit)) {
        try {
          if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException notYet) {
          // It does not listen yet.
        }
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new IllegalStateException("the service did not start, see " + home + "/service.log");
  }

  private ProcessHandle findPostgres() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      Path file = files.filter(f -> f.endsWith("postmaster.pid")).findFirst().orElseThrow();
      long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
      return ProcessHandle.of(pid).orElseThrow();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(home)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
