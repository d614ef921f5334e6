package dev.gradkeeper.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.jobs.Specs;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every request of {@code bad-requests.json} is refused with the status that stands there, and with
 * exactly those wrong fields. A case changes one of the good specs ({@code set}, {@code remove},
 * {@code replace} in its text), or has a body of its own ({@code raw}).
 */
class BadRequestsTest extends ServiceTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, String> BASES =
      Map.of("regression", Specs.REGRESSION, "layers", Specs.LAYERS, "empty", "{}");

  static Stream<Named<JsonNode>> cases() throws IOException {
    try (InputStream file = BadRequestsTest.class.getResourceAsStream("/bad-requests.json")) {
      return JSON.readTree(file)
          .valueStream()
          .map(one -> Named.of(one.get("name").asString(), one));
    }
  }

  @Test
  void thereAreManyOfThem() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(200);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isRefusedNamingWhatIsWrong(JsonNode one) {
    Answer answer = send(one);

    assertThat(answer.status()).as(answer.http().body()).isEqualTo(one.get("status").intValue());
    List<String> errors =
        answer
            .json()
            .path("errors")
            .valueStream()
            .map(error -> error.get("pointer").asString() + " " + error.get("code").asString())
            .toList();
    assertThat(errors)
        .as(answer.http().body())
        .containsExactlyInAnyOrderElementsOf(
            one.get("errors").valueStream().map(JsonNode::asString).toList());
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.http().body())
        .doesNotContain("Exception", "dev.gradkeeper", "springframework", "jackson", "java.");
  }

  private Answer send(JsonNode one) {
    String method = one.path("method").asString("POST");
    String path = one.path("path").asString("/v1/jobs");
    String body = body(one);
    return api.send(
        api.request(path)
            .header("Content-Type", "application/json")
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private static String body(JsonNode one) {
    if (one.has("raw") || !one.has("base")) {
      return one.path("raw").asString(null);
    }
    ObjectNode spec = (ObjectNode) JSON.readTree(BASES.get(one.get("base").asString()));
    for (Map.Entry<String, JsonNode> change : one.path("set").properties()) {
      set(spec, JsonPointer.compile(change.getKey()), change.getValue());
    }
    for (JsonNode pointer : one.path("remove")) {
      spec.remove(pointer.asString().substring(1));
    }
    String text = spec.toString();
    return one.has("replace")
        ? text.replace(one.at("/replace/0").asString(), one.at("/replace/1").asString())
        : text;
  }

  private static void set(ObjectNode spec, JsonPointer pointer, JsonNode value) {
    JsonPointer parent = pointer.head();
    JsonNode place = spec.at(parent);
    if (place.isMissingNode()) {
      set(spec, parent, JSON.createObjectNode());
      place = spec.at(parent);
    }
    if (place instanceof ArrayNode array) {
      int index = pointer.last().getMatchingIndex();
      if (index == array.size()) {
        array.add(value);
      } else {
        array.set(index, value);
      }
    } else {
      ((ObjectNode) place).set(pointer.last().getMatchingProperty(), value);
    }
  }
}
