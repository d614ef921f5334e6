package dev.gradkeeper.service.web;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in the contract's defaults, and writes integers as such (2.0 is one): {@code default};
 * {@code x-default} where generators of clients cannot have an object there; {@code x-default-from}
 * another field.
 */
final class ContractDefaults {
  private final ContractSchemas schemas;

  ContractDefaults(ContractSchemas schemas) {
    this.schemas = schemas;
  }

  JsonNode complete(JsonNode unresolved, JsonNode value) {
    JsonNode schema = schemas.resolve(unresolved);
    String discriminator = ContractSchemas.discriminator(schema);
    if (discriminator != null) {
      schema = schemas.variant(schema, value.get(discriminator));
    }
    if (value instanceof ObjectNode object && schema.has("properties")) {
      return completeObject(schema, object);
    }
    if (value instanceof ArrayNode array && !schema.path("items").isEmpty()) {
      ArrayNode completed = JsonNodeFactory.instance.arrayNode(array.size());
      for (JsonNode item : array) {
        completed.add(complete(schema.get("items"), item));
      }
      return completed;
    }
    if (value.isFloatingPointNumber() && schema.path("type").asString("").equals("integer")) {
      return JsonNodeFactory.instance.numberNode((long) value.doubleValue());
    }
    return value;
  }

  private ObjectNode completeObject(JsonNode schema, ObjectNode object) {
    ObjectNode completed = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      JsonNode value = object.get(property.getKey());
      if (value == null) {
        JsonNode source = property.getValue().get("x-default-from");
        value =
            source == null ? defaultOf(property.getValue()) : completed.get(source.stringValue());
      }
      if (value != null) {
        completed.set(property.getKey(), complete(property.getValue(), value));
      }
    }
    return completed;
  }

  private @Nullable JsonNode defaultOf(JsonNode schema) {
    if (schema.has("default")) {
      return schema.get("default");
    }
    JsonNode resolved = schemas.resolve(schema);
    return resolved.has("default") ? resolved.get("default") : resolved.get("x-default");
  }
}
