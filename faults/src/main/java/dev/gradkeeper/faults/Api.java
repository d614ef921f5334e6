package dev.gradkeeper.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The calls that the suite makes. A server that cannot be reached is no error here. */
final class Api {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final URI url;
  private final String key;

  Api(String url, String key) {
    this.url = URI.create(url);
    this.key = key;
  }

  boolean isReady() throws InterruptedException {
    return send(request("/readyz").GET(), BodyHandlers.ofString())
        .filter(response -> response.statusCode() == 200)
        .isPresent();
  }

  /**
   * Submits a job, once however often this is called with the same key.
   *
   * @return its id, or nothing if the server could not take it
   * @throws IllegalStateException if the server refuses it
   */
  Optional<String> submit(String spec, String idempotencyKey) throws InterruptedException {
    return created(
        request("/v1/jobs")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(BodyPublishers.ofString(spec)));
  }

  /** Uploads a zip of images; its id. */
  Optional<String> upload(Path file, String name) throws InterruptedException, IOException {
    return created(
        request("/v1/datasets?format=image_folder&name=" + name)
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofFile(file)));
  }

  /** A file of a finished job. */
  Optional<byte[]> artifact(String job, String name) throws InterruptedException {
    return send(request("/v1/jobs/" + job + "/artifacts/" + name).GET(), BodyHandlers.ofByteArray())
        .filter(response -> response.statusCode() == 200)
        .map(HttpResponse::body);
  }

  private Optional<String> created(HttpRequest.Builder request) throws InterruptedException {
    Optional<HttpResponse<String>> answer = send(request, BodyHandlers.ofString());
    if (answer.isEmpty() || answer.get().statusCode() >= 500) {
      return Optional.empty();
    }
    HttpResponse<String> response = answer.get();
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(response + ": " + response.body());
    }
    String location = response.headers().firstValue("Location").orElseThrow();
    return Optional.of(location.substring(location.lastIndexOf('/') + 1));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path))
        .header("Authorization", "Bearer " + key)
        .timeout(LIMIT);
  }

  private static <T> Optional<HttpResponse<T>> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) throws InterruptedException {
    try {
      return Optional.of(HTTP.send(request.build(), body));
    } catch (IOException e) {
      return Optional.empty(); // down, starting, frozen or cut off
    }
  }
}
