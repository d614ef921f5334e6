package dev.gradkeeper.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** A plain HTTP client of the service; every answer is compared with openapi.yaml. */
public final class Api {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();
  private static final ContractResponses CONTRACT = new ContractResponses();

  private final String root;
  private final String key;

  public Api(int port, String key) {
    this("http://localhost:" + port, key);
  }

  private Api(String root, String key) {
    this.root = root;
    this.key = key;
  }

  /** The same service with another key; null for none. */
  public Api as(String otherKey) {
    return new Api(root, otherKey);
  }

  /** An answer; the body is missing where it is not JSON. */
  public record Answer(int status, HttpResponse<String> http, JsonNode json) {
    public String text(String pointer) {
      return json.at(pointer).asString();
    }

    public String header(String name) {
      return http.headers().firstValue(name).orElse(null);
    }
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  public Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /** A POST of JSON, with headers as name, value, … */
  public Answer post(String path, String body, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  public Answer patch(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
  }

  public HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path));
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  public Answer send(HttpRequest.Builder builder) {
    try {
      HttpRequest request = builder.build();
      HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      boolean isJson =
          response.headers().firstValue("Content-Type").orElse("").contains("json")
              && !response.body().isEmpty();
      JsonNode json = isJson ? JSON.readTree(response.body()) : MissingNode.getInstance();
      CONTRACT.check(request.method(), request.uri().getPath(), response, json);
      return new Answer(response.statusCode(), response, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
