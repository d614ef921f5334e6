package dev.gradkeeper.endtoend;

import dev.gradkeeper.client.ApiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The packaged service in a process, on free ports, with a home folder and an embedded Postgres of
 * its own; one for all test classes.
 */
final class PackagedService implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  final int port = freePort();
  final int managementPort = freePort();
  final Path home;
  private final Path log;
  private final Process process;

  private PackagedService() {
    try {
      home = Files.createTempDirectory("gradkeeper");
      log = Repository.path("end-to-end/target/service.log");
      var builder =
          new ProcessBuilder(
              java(),
              "@" + Repository.path("service/src/main/jvm/java.options"),
              "--add-modules=jdk.incubator.vector",
              "-Dspring.aot.enabled=true",
              "-jar",
              Repository.jar("service/target/gradkeeper-service.jar"));
      builder.environment().putAll(environment());
      builder.environment().put("MALLOC_ARENA_MAX", "2"); // as ./gradkeeper does
      builder.environment().keySet().removeIf(name -> name.startsWith("SPRING_"));
      process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      awaitReady();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A page's commands, word for word but for port and home folder, up to the first that fails. */
  Command shell(String commands) {
    String here =
        commands
            .replace("localhost:8080", "localhost:" + port)
            .replace(".gradkeeper/admin.key", home.resolve("admin.key").toString());
    return Command.run(Map.of(), List.of("bash", "-euo", "pipefail", "-c", here));
  }

  /** Hands the service to a test method or constructor that asks for it. */
  static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == PackagedService.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(Namespace.GLOBAL)
          .computeIfAbsent(PackagedService.class, type -> new PackagedService());
    }
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What a shell of the person who started it would have set. */
  Map<String, String> environment() {
    return Map.of(
        "SERVER_PORT", Integer.toString(port),
        "GRADKEEPER_MANAGEMENT_PORT", Integer.toString(managementPort),
        "GRADKEEPER_HOME", home.toString(),
        "GRADKEEPER_GPU_ALLOW_CPU_DEVICES", "true");
  }

  URI url() {
    return URI.create("http://localhost:" + port);
  }

  String key() {
    try {
      return Files.readString(home.resolve("admin.key")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The generated client, with the admin key. */
  ApiClient client() {
    String authorization = "Bearer " + key();
    var client = new ApiClient();
    client.updateBaseUri(url().toString());
    client.setRequestInterceptor(request -> request.header("Authorization", authorization));
    return client;
  }

  /** What Prometheus would be given now. */
  String scrape() throws IOException, InterruptedException {
    URI metrics = URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus");
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return response.body();
    }
  }

  long pid() {
    return process.pid();
  }

  private void awaitReady() {
    var request = HttpRequest.newBuilder(url().resolve("/readyz")).build();
    Instant limit = Instant.now().plus(START_LIMIT);
    try (var http = HttpClient.newHttpClient()) {
      while (process.isAlive() && Instant.now().isBefore(limit)) {
        try {
          if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException notYet) {
          // It does not listen yet.
        }
        process.waitFor(100, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("the service did not become ready; its log is " + log);
  }

  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (var files = Files.walk(home)) {
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
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
