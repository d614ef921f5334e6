package dev.gradkeeper.service.web;

import dev.gradkeeper.service.web.model.FieldError;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * Compares a value with a schema. It reads the keywords of JSON Schema that the contract uses, and
 * follows a discriminator to the one variant that the client chose, so that every error is about a
 * field. General validators say "matches none of the variants" there, and one that was tried threw
 * on integers such as 1e30.
 */
final class ContractCheck {
  /** Codes of values that are of the right shape, but wrong. */
  static final Set<String> RANGES =
      Set.of("out_of_range", "too_many", "too_few", "too_long", "too_short");

  /** More would help nobody. */
  private static final int MAX_ERRORS = 100;

  private final ContractSchemas schemas;
  private final List<FieldError> errors = new ArrayList<>();

  ContractCheck(ContractSchemas schemas) {
    this.schemas = schemas;
  }

  List<FieldError> check(JsonNode schema, JsonNode value) {
    check(schema, value, "");
    return errors;
  }

  private void check(JsonNode unresolved, JsonNode value, String pointer) {
    if (errors.size() >= MAX_ERRORS) {
      return;
    }
    JsonNode schema = schemas.resolve(unresolved);
    String discriminator = ContractSchemas.discriminator(schema);
    if (discriminator != null) {
      checkVariant(schema, discriminator, value, pointer);
      return;
    }
    if (!isOfType(schema.get("type"), value)) {
      add(pointer, "wrong_type", "Must be %s, but is %s.", expected(schema), kind(value));
    } else if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      add(pointer, "unknown_value", "Must be %s, but is %s.", expected(schema), shown(value));
    } else if (value.isObject()) {
      checkObject(schema, value, pointer);
    } else if (value.isArray()) {
      checkArray(schema, value, pointer);
    } else if (value.isString()) {
      checkString(schema, value.stringValue(), pointer);
    } else if (value.isNumber()) {
      checkNumber(schema, value, pointer);
    }
  }

  private void checkVariant(JsonNode schema, String name, JsonNode value, String pointer) {
    if (!value.isObject()) {
      add(pointer, "wrong_type", "Must be an object, but is %s.", kind(value));
      return;
    }
    JsonNode chosen = value.get(name);
    JsonNode variant = schemas.variant(schema, chosen);
    if (variant != null) {
      check(variant, value, pointer);
      return;
    }
    String names = list(schema.at("/discriminator/mapping").propertyNames());
    if (chosen == null) {
      add(pointer + "/" + name, "missing_field", "`%s` is required; one of %s.", name, names);
    } else {
      add(
          pointer + "/" + name,
          "unknown_value",
          "Must be one of %s, but is %s.",
          names,
          shown(chosen));
    }
  }

  private void checkObject(JsonNode schema, JsonNode value, String pointer) {
    checkSize(schema, "maxProperties", value.size(), pointer, "fields");
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.stringValue())) {
        String place = pointer + "/" + name.stringValue();
        add(place, "missing_field", "`%s` is required.", name.stringValue());
      }
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      checkField(schema, field.getKey(), field.getValue(), pointer);
    }
    JsonNode alternatives = schema.path("x-exactly-one-of");
    if (!alternatives.isMissingNode()
        && stream(alternatives).filter(name -> value.has(name.stringValue())).count() != 1) {
      List<String> names = stream(alternatives).map(JsonNode::stringValue).toList();
      add(pointer, "exactly_one", "Needs exactly one of %s.", list(names));
    }
  }

  private void checkField(JsonNode schema, String name, JsonNode value, String pointer) {
    String place = pointer + "/" + Pointers.escape(name);
    JsonNode properties = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    if (properties.has(name)) {
      check(properties.get(name), value, place);
    } else if (others.isObject()) {
      if (schema.has("propertyNames")) {
        checkString(schema.get("propertyNames"), name, place);
      }
      check(others, value, place);
    } else if (others.isBoolean() && !others.booleanValue()) {
      add(
          place,
          "unknown_field",
          "There is no field `%s` here; there are %s.",
          Shown.text(name),
          list(properties.propertyNames()));
    }
  }

  private void checkArray(JsonNode schema, JsonNode value, String pointer) {
    if (value.size() < schema.path("minItems").asInt(0)) {
      add(
          pointer,
          "too_few",
          "Must have at least %s items, but has %d.",
          schema.get("minItems"),
          value.size());
    }
    checkSize(schema, "maxItems", value.size(), pointer, "items");
    JsonNode items = schema.path("items");
    if (!items.isEmpty()) {
      for (int i = 0; i < value.size(); i++) {
        check(items, value.get(i), pointer + "/" + i);
      }
    }
  }

  private void checkSize(JsonNode schema, String keyword, int size, String pointer, String what) {
    if (schema.has(keyword) && size > schema.get(keyword).intValue()) {
      add(
          pointer,
          "too_many",
          "Must have at most %s %s, but has %d.",
          schema.get(keyword),
          what,
          size);
    }
  }

  private void checkString(JsonNode schema, String text, String pointer) {
    int length = text.codePointCount(0, text.length());
    if (length < schema.path("minLength").asInt(0)) {
      add(pointer, "too_short", "Must have at least %s characters.", schema.get("minLength"));
    } else if (length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
      add(pointer, "too_long", "Must have at most %s characters.", schema.get("maxLength"));
    } else if (schema.has("pattern")
        && !Pattern.compile(schema.get("pattern").stringValue()).matcher(text).find()) {
      add(
          pointer,
          "malformed",
          "Must match %s, but is %s.",
          schema.get("pattern").stringValue(),
          Shown.text(text));
    } else if (schema.path("format").asString("").equals("date-time") && !isTime(text)) {
      add(pointer, "malformed", "Must be a time such as 2026-11-22T03:00:00Z.");
    }
  }

  private static boolean isTime(String text) {
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private void checkNumber(JsonNode schema, JsonNode value, String pointer) {
    double number = asDouble(value);
    for (Bound bound : Bound.values()) {
      JsonNode limit = schema.get(bound.keyword);
      if (limit != null && bound.isBrokenBy(number, limit.doubleValue())) {
        add(pointer, "out_of_range", "Must be %s %s, but is %s.", bound.words, limit, shown(value));
        return;
      }
    }
    if (Double.isInfinite(number)) {
      add(pointer, "out_of_range", "Must fit a float64, but is %s.", shown(value));
    }
  }

  private static double asDouble(JsonNode number) {
    return number.isBigInteger() ? number.bigIntegerValue().doubleValue() : number.doubleValue();
  }

  /** JSON Schema's keywords for the range of a number. */
  private enum Bound {
    MINIMUM("minimum", "at least"),
    MAXIMUM("maximum", "at most"),
    EXCLUSIVE_MINIMUM("exclusiveMinimum", "above"),
    EXCLUSIVE_MAXIMUM("exclusiveMaximum", "below");

    private final String keyword;
    private final String words;

    Bound(String keyword, String words) {
      this.keyword = keyword;
      this.words = words;
    }

    boolean isBrokenBy(double number, double limit) {
      return switch (this) {
        case MINIMUM -> number < limit;
        case MAXIMUM -> number > limit;
        case EXCLUSIVE_MINIMUM -> number <= limit;
        case EXCLUSIVE_MAXIMUM -> number >= limit;
      };
    }
  }

  private void add(String pointer, String code, String detail, Object... values) {
    if (errors.size() < MAX_ERRORS) {
      errors.add(new FieldError(pointer, code, detail.formatted(values)));
    }
  }

  private static boolean isOfType(JsonNode type, JsonNode value) {
    if (type == null) {
      return true;
    }
    if (type.isArray()) {
      return stream(type).anyMatch(one -> isOfType(one, value));
    }
    return switch (type.stringValue()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "number" -> value.isNumber();
      // As JSON Schema has it, 2.0 is one.
      case "integer" -> value.isNumber() && isIntegral(value);
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new IllegalStateException("the contract has a type " + type);
    };
  }

  private static boolean isIntegral(JsonNode number) {
    return number.isIntegralNumber() || number.doubleValue() == Math.rint(number.doubleValue());
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    return stream(values).anyMatch(value::equals);
  }

  private static String expected(JsonNode schema) {
    if (schema.has("enum")) {
      return "one of " + list(stream(schema.get("enum")).map(JsonNode::asString).toList());
    }
    JsonNode type = schema.get("type");
    return type.isArray()
        ? stream(type).map(JsonNode::stringValue).collect(Collectors.joining(" or "))
        : article(type.stringValue());
  }

  private static String article(String type) {
    return (type.matches("[aio].*") ? "an " : "a ") + type;
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> "a boolean";
      case NUMBER -> isIntegral(value) ? "an integer" : "a number with a fraction";
      case STRING -> "a string";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      default -> "null";
    };
  }

  private static String shown(JsonNode value) {
    return value.isContainer() ? kind(value) : Shown.text(value.toString());
  }

  private static String list(Collection<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  private static Stream<JsonNode> stream(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }
}
