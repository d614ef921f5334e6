package dev.gradkeeper.service.web;

import dev.gradkeeper.service.web.model.FieldError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The schemas of {@code openapi.yaml}: what a body must be like, and what it may leave out. */
@Component
public final class Contract {
  private static final String DOCUMENT = "/openapi.yaml";

  private final ContractSchemas schemas;
  private final ContractDefaults defaults;

  public Contract() {
    try (InputStream yaml = Contract.class.getResourceAsStream(DOCUMENT)) {
      schemas = new ContractSchemas(new YAMLMapper().readTree(yaml).at("/components/schemas"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + DOCUMENT, e);
    }
    defaults = new ContractDefaults(schemas);
  }

  /** Whether {@code components/schemas} has it. */
  public boolean has(String schema) {
    return schemas.has(schema);
  }

  /**
   * What is wrong with a value, in the order of the document; empty if nothing is.
   *
   * @param schema its name in {@code components/schemas}
   */
  public List<FieldError> check(String schema, JsonNode value) {
    return new ContractCheck(schemas).check(schemas.named(schema), value);
  }

  /** Whether the field is of the contract's shape, and only its value is out of some range. */
  public static boolean isRange(FieldError error) {
    return ContractCheck.RANGES.contains(error.getCode());
  }

  /**
   * A value that {@link #check} found right, with every default filled in and its fields in the
   * contract's order. Doing it again changes nothing.
   */
  public JsonNode complete(String schema, JsonNode value) {
    return defaults.complete(schemas.named(schema), value);
  }
}
