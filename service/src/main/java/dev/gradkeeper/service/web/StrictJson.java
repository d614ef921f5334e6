package dev.gradkeeper.service.web;

import dev.gradkeeper.service.web.model.FieldError;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON as RFC 8259 has it and no more: no duplicate keys, no NaN, nothing after the document;
 * within limits of depth, length and number of values, so that a small body cannot become a large
 * tree or a long list of errors.
 */
@Component
final class StrictJson {
  private static final int MAX_NUMBER_LENGTH = 500;
  private static final int MAX_NAME_LENGTH = 500;
  private static final int MAX_STRING_LENGTH = 20_000;

  private final JsonMapper mapper;
  private final Limits limits;

  StrictJson(Limits limits) {
    this.limits = limits;
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(limits.nesting())
            .maxNumberLength(MAX_NUMBER_LENGTH)
            .maxNameLength(MAX_NAME_LENGTH)
            .maxStringLength(MAX_STRING_LENGTH)
            // A sample of one number takes three tokens: [, the number, ].
            .maxTokenCount(3L * limits.inlineNumbers() + 10L * limits.values())
            .build();
    mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(constraints)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /**
   * @throws ProblemException 400, naming the place
   */
  JsonNode read(byte[] json) {
    JsonNode document;
    JsonParser parser = mapper.createParser(json);
    try {
      document = mapper.readTree(parser);
    } catch (StreamConstraintsException e) {
      boolean deep = parser.streamReadContext().getNestingDepth() >= limits.nesting();
      throw refused(
          parser,
          deep ? "too_deep" : "too_large",
          deep
              ? "The body is nested deeper than %d levels.".formatted(limits.nesting())
              : "The body has too many values, or too long a name, string or number.");
    } catch (JacksonException e) {
      throw refused(parser, isDuplicate(e) ? "duplicate_key" : "not_json", sentence(e));
    } finally {
      parser.close();
    }
    if (document == null || document.isMissingNode()) {
      throw invalid("", "not_json", "The body is empty.");
    }
    check(document, "", limits.values());
    return document;
  }

  private static boolean isDuplicate(JacksonException e) {
    return e instanceof StreamReadException && e.getOriginalMessage().startsWith("Duplicate");
  }

  private static String sentence(JacksonException e) {
    if (!(e instanceof StreamReadException)
        && e.getOriginalMessage().startsWith("Trailing token")) {
      return "Something follows after the document.";
    }
    String place =
        e.getLocation() == null || e.getLocation().getLineNr() < 1
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    // Up to its first colon the message says what was found, after it how to configure the parser.
    String found = e.getOriginalMessage().split(":|\\R", 2)[0];
    return "The body is not JSON%s: %s.".formatted(place, Shown.text(found));
  }

  /** Counts values and looks at every text; returns how many more values there may be. */
  private int check(JsonNode node, String pointer, int left) {
    if (left <= 0) {
      throw invalid(
          "",
          "too_large",
          "The body has more than %d values, not counting inline data.".formatted(limits.values()));
    }
    int remaining = left - 1;
    if (node.isString()) {
      checkText(node.stringValue(), pointer);
    } else if (node.isArray()) {
      if (isInlineData(pointer)) {
        return remaining;
      }
      for (int i = 0; i < node.size(); i++) {
        remaining = check(node.get(i), pointer + "/" + i, remaining);
      }
    } else if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        String place = pointer + "/" + Pointers.escape(field.getKey());
        checkText(field.getKey(), place);
        remaining = check(field.getValue(), place, remaining);
      }
    }
    return remaining;
  }

  private static boolean isInlineData(String pointer) {
    return pointer.equals("/dataset/inline/inputs") || pointer.equals("/dataset/inline/targets");
  }

  /** Postgres stores neither U+0000 nor half of a surrogate pair. */
  private static void checkText(String text, String pointer) {
    if (!Texts.storable(text)) {
      throw invalid(
          pointer.replace('\0', '\uFFFD'), "malformed", "Text must be Unicode without U+0000.");
    }
  }

  private static ProblemException refused(JsonParser parser, String code, String detail) {
    return invalid(parser.streamReadContext().pathAsPointer().toString(), code, detail);
  }

  private static ProblemException invalid(String pointer, String code, String detail) {
    return ProblemException.invalid(List.of(new FieldError(pointer, code, detail)));
  }
}
