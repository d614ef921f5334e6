package dev.gradkeeper.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The server that the commands talk to.
 *
 * @param started its process, if the script has just started it
 * @param log where that process writes
 */
record Server(URI url, Optional<ProcessHandle> started, Optional<String> log) {
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  /** {@code GRADKEEPER_URL}, by default this machine's {@code SERVER_PORT}. */
  static URI urlFromEnvironment() {
    Map<String, String> env = System.getenv();
    String port = env.getOrDefault("SERVER_PORT", "8080");
    return URI.create(env.getOrDefault("GRADKEEPER_URL", "http://localhost:" + port));
  }

  static Server of(Arguments arguments) {
    Optional<Long> pid = arguments.option("server-pid").map(Long::valueOf);
    return new Server(
        urlFromEnvironment(), pid.flatMap(ProcessHandle::of), arguments.option("server-log"));
  }

  /** Returns once the server is ready; fails as soon as the process just started has died. */
  void awaitReady() throws InterruptedException {
    Instant limit = Instant.now().plus(START_LIMIT);
    try (var http = HttpClient.newHttpClient()) {
      while (!isReady(http)) {
        if (log.isPresent() && !started.map(ProcessHandle::isAlive).orElse(false)) {
          throw new Failure("the server did not start; its log " + log.get() + " says why");
        }
        if (Instant.now().isAfter(limit)) {
          throw new Failure("what answers at " + url + " is not a Gradkeeper that is ready");
        }
        Thread.sleep(200);
      }
    }
  }

  private boolean isReady(HttpClient http) throws InterruptedException {
    try {
      var request =
          HttpRequest.newBuilder(url.resolve("/readyz")).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }
}
