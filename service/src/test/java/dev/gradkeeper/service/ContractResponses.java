package dev.gradkeeper.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Compares answers with openapi.yaml by another reading of it than the service's own: status, media
 * type and body of every path that is in it; anything else must be a problem document.
 */
public final class ContractResponses {
  private static final String ID = "urn:test:contract";

  private final JsonNode document;
  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  public ContractResponses() {
    try (InputStream yaml = ContractResponses.class.getResourceAsStream("/openapi.yaml")) {
      document = new YAMLMapper().readTree(yaml);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(ID, document.toString())));
  }

  /** A schema of {@code components/schemas}. */
  public Schema schema(String name) {
    return schemas.computeIfAbsent(
        "#/components/schemas/" + name,
        reference -> registry.getSchema(SchemaLocation.of(ID + reference)));
  }

  void check(String method, String path, HttpResponse<?> response, JsonNode body) {
    if (!path.startsWith("/v1") || method.equals("HEAD")) {
      return;
    }
    String call = method + " " + path + " -> " + response.statusCode();
    JsonNode declared =
        operation(method, path)
            .map(operation -> operation.at("/responses/" + response.statusCode()))
            .orElse(null);
    if (declared == null || (declared.isMissingNode() && response.statusCode() == 406)) {
      assertThat(response.statusCode()).as(call).isBetween(400, 499);
      assertThat(schema("Problem").validate(body)).as(call).isEmpty();
      return;
    }
    assertThat(declared.isMissingNode()).as(call + " is not in the contract: " + body).isFalse();
    JsonNode answer = resolve(declared);
    if (!answer.has("content")) {
      assertThat(response.body()).as(call).isEqualTo("");
      return;
    }
    String type = response.headers().firstValue("Content-Type").orElse("").split(";")[0];
    assertThat(answer.get("content").propertyNames()).as(call).contains(type);
    String reference = answer.get("content").get(type).at("/schema/$ref").asString("");
    if (!reference.isEmpty()) {
      Schema schema = schema(reference.substring(reference.lastIndexOf('/') + 1));
      assertThat(schema.validate(body)).as(call + " " + body).isEmpty();
    }
  }

  private Optional<JsonNode> operation(String method, String path) {
    return document.get("paths").properties().stream()
        .filter(entry -> path.matches(entry.getKey().replaceAll("\\{[^}]+}", "[^/]+")))
        // A literal path comes before one with a parameter.
        .min((a, b) -> Boolean.compare(a.getKey().contains("{"), b.getKey().contains("{")))
        .map(entry -> entry.getValue().get(method.toLowerCase()));
  }

  private JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").stringValue().substring(1)) : node;
  }
}
