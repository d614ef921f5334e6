package dev.gradkeeper.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls of Gradkeeper's REST interface, with a key.
 *
 * @param url of the server, without a path
 * @param key sent as {@code Authorization: Bearer}
 */
public record Api(HttpClient http, URI url, String key) {
  public static final JsonMapper JSON = JsonMapper.shared();

  /**
   * The server of the environment with the key of {@code GRADKEEPER_KEY}, else {@code
   * GRADKEEPER_ADMIN_KEY}, else the admin key in {@code GRADKEEPER_HOME}.
   */
  static Api fromEnvironment() {
    return new Api(HttpClient.newHttpClient(), Server.urlFromEnvironment(), key(System.getenv()));
  }

  private static String key(Map<String, String> env) {
    for (String name : new String[] {"GRADKEEPER_KEY", "GRADKEEPER_ADMIN_KEY"}) {
      if (env.get(name) instanceof String key && !key.isBlank()) {
        return key.strip();
      }
    }
    Path file = keyFile();
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new Failure("no key: set GRADKEEPER_KEY (the admin key is looked for in " + file + ")");
    }
  }

  static Path keyFile() {
    return Path.of(System.getenv().getOrDefault("GRADKEEPER_HOME", ".gradkeeper"), "admin.key");
  }

  public JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  public JsonNode post(String path, String contentType, BodyPublisher body) {
    return send(request(path).header("Content-Type", contentType).POST(body).build());
  }

  public JsonNode postJson(String path, String body) {
    return post(path, "application/json", BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + key);
  }

  private JsonNode send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 400) {
        throw new Failure(
            "%s %s: %d%s"
                .formatted(
                    request.method(),
                    request.uri(),
                    response.statusCode(),
                    problem(response.body(), response.statusCode())));
      }
      return JSON.readTree(response.body());
    } catch (ConnectException e) {
      throw new Failure("no server answers at " + url + "; start one with ./gradkeeper up");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }

  /** The problem document (RFC 9457) in words: a line for each wrong field, else its detail. */
  private static String problem(String body, int status) {
    if (status == 401) {
      return ": the key is not this server's. Is GRADKEEPER_HOME the folder that it was started with?";
    }
    if (!body.startsWith("{")) {
      return body.isBlank() ? "" : ": " + body;
    }
    JsonNode problem = JSON.readTree(body);
    if (problem.path("errors").isEmpty()) {
      return ": " + problem.path("detail").asString("");
    }
    var text = new StringBuilder();
    for (JsonNode error : problem.path("errors")) {
      text.append("\n  ").append(error.path("pointer").asString(""));
      text.append(": ").append(error.path("detail").asString(""));
    }
    return text.toString();
  }
}
