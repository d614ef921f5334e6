package dev.gradkeeper.service.web;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code components/schemas}, and how they refer to each other. */
final class ContractSchemas {
  private final JsonNode schemas;

  ContractSchemas(JsonNode schemas) {
    this.schemas = schemas;
  }

  boolean has(String name) {
    return schemas.has(name);
  }

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  JsonNode named(String name) {
    JsonNode schema = schemas.get(name);
    if (schema == null) {
      throw new IllegalArgumentException("the contract has no schema " + name);
    }
    return schema;
  }

  /** The schema itself where it is a {@code $ref}. */
  JsonNode resolve(JsonNode schema) {
    return schema.has("$ref") ? referred(schema.get("$ref")) : schema;
  }

  /** The discriminator's field, or null where the schema has no variants. */
  static @Nullable String discriminator(JsonNode schema) {
    JsonNode name = schema.at("/discriminator/propertyName");
    return name.isMissingNode() ? null : name.stringValue();
  }

  /** The variant that a discriminator's value chooses, or null if it chooses none. */
  @Nullable JsonNode variant(JsonNode schema, @Nullable JsonNode value) {
    if (value == null || !value.isString()) {
      return null;
    }
    JsonNode reference = schema.at("/discriminator/mapping").get(value.stringValue());
    return reference == null ? null : referred(reference);
  }

  private JsonNode referred(JsonNode reference) {
    String path = reference.stringValue();
    return named(path.substring(path.lastIndexOf('/') + 1));
  }
}
