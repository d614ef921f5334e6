package dev.gradkeeper.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class StrictJsonTest {
  private final StrictJson json =
      new StrictJson(new Limits(DataSize.ofMegabytes(8), 8, 100, 1000, 10, 10));

  @Test
  void readsWhatIsJson() {
    assertThat(read("{\"a\": [1, -0.5e3, \"é\\u00e9💥\", null, true]}").toString())
        .isEqualTo("{\"a\":[1,-500.0,\"éé💥\",null,true]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"a": {"b": NaN}} | /a/b | not_json
          {"a": -Infinity} | /a | not_json
          {"a": 01} | /a | not_json
          {"a": +1} | /a | not_json
          {"a": .5} | /a | not_json
          {"a": 0x10} | /a | not_json
          {"a": 'b'} | /a | not_json
          {a: 1} | | not_json
          {"a": 1,} | /a | not_json
          [1, 2,] | /2 | not_json
          {"a": /* one */ 1} | /a | not_json
          {"a": 1} {"b": 2} | | not_json
          {"a": 1 | /a | not_json
          {"a": "b | /a | not_json
          {"a": 1, "b": {"c": 1, "c": 2}} | /b/c | duplicate_key
          {"a": [[[[[[[[[[1]]]]]]]]]]} | /a/0/0/0/0/0/0/0 | too_deep
          {"a": "\\u0000"} | /a | malformed
          {"a": "\\ud83d"} | /a | malformed
          {"\\u0000": 1} | /\uFFFD | malformed
          """)
  void namesThePlaceOfWhatIsNot(String text, String pointer, String code) {
    ProblemException refused = catchThrowableOfType(ProblemException.class, () -> read(text));

    assertThat(refused.status().value()).isEqualTo(400);
    assertThat(refused.errors().getFirst().getCode()).isEqualTo(code);
    assertThat(refused.errors().getFirst().getPointer()).isEqualTo(pointer == null ? "" : pointer);
    assertThat(refused.getMessage()).doesNotContain("Feature").endsWith(".");
  }

  @Test
  void aBodyCannotHoldMoreValuesThanThereMayBe() {
    assertThat(
            catchThrowableOfType(ProblemException.class, () -> read("[" + "0,".repeat(100) + "0]")))
        .hasMessage("The body has more than 100 values, not counting inline data.");
    String inline = "{\"dataset\": {\"inline\": {\"inputs\": [" + "0,".repeat(900) + "0]}}}";
    assertThat(read(inline).at("/dataset/inline/inputs")).hasSize(901);
  }

  @Test
  void aBodyIsReadNoFurtherThanItsLimits() {
    String number = "{\"a\": " + "1".repeat(1000) + "}";
    String name = "{\"" + "a".repeat(1000) + "\": 1}";
    String text = "{\"a\": \"" + "a".repeat(30_000) + "\"}";
    String values = "[" + "[],".repeat(10_000) + "[]]";

    for (String body : new String[] {number, name, text, values}) {
      ProblemException refused = catchThrowableOfType(ProblemException.class, () -> read(body));
      assertThat(refused.errors().getFirst().getCode()).isEqualTo("too_large");
    }
  }

  private tools.jackson.databind.JsonNode read(String text) {
    return json.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
