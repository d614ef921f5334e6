package dev.gradkeeper.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.jobs.Specs;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest extends ServiceTest {

  @Test
  void aProblemSaysWhatWhereAndWhy() {
    assertThat(api.get("/v1/jobs/job_1").http().body())
        .isEqualTo(
            """
            {"title":"Not Found","status":404,"code":"not_found","detail":"There is no job job_1.","instance":"/v1/jobs/job_1"}""");
  }

  @Test
  void theKeyIsLookedAtFirst() {
    for (String path : new String[] {"/v1/jobs", "/v1/nothing", "/", "/v1/jobs/x?limit=no"}) {
      Answer answer = api.as(null).get(path);
      assertThat(answer.status()).as(path).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
      assertThat(answer.text("/code")).isEqualTo("unauthenticated");
    }
    assertThat(api.as("gk_wrong").post("/v1/jobs", "no JSON").status()).isEqualTo(401);
  }

  @Test
  void aMethodThatThereIsNot() {
    Answer answer = api.delete("/v1/jobs");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.text("/code")).isEqualTo("method_not_allowed");
    assertThat(answer.header("Allow")).contains("GET", "POST");
  }

  @Test
  void aMediaTypeThatIsNotRead() {
    Answer answer =
        api.send(
            api.request("/v1/jobs")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(Specs.REGRESSION)));

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.text("/code")).isEqualTo("unsupported_media_type");
    assertThat(answer.header("Accept")).isEqualTo("application/json");
  }

  @Test
  void aMediaTypeThatIsNotWritten() {
    Answer answer = api.send(api.request("/v1/jobs").header("Accept", "image/png").GET());

    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.text("/code")).isEqualTo("not_acceptable");
  }

  @ParameterizedTest
  @CsvSource({
    "Accept, nonsense, 406",
    "Accept, ///, 406",
    "Content-Type, nonsense, 415",
    "Content-Type, application/json; charset=klingon, 415",
    "Content-Encoding, gzip, 400",
    "Idempotency-Key, a b, 400",
    "Range, bytes=5-1, 200",
    "X-Forwarded-For, ;DROP TABLE job, 200",
  })
  void headersThatMakeNoSense(String name, String value, int status) {
    HttpRequest.Builder request = api.request("/v1/jobs/validate");
    if (name.equals("Idempotency-Key")) {
      request = api.request("/v1/jobs");
    }
    if (!name.equals("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    String body = name.equals("Content-Encoding") ? "\u001f\u008b" : Specs.REGRESSION;

    Answer answer = api.send(request.header(name, value).POST(BodyPublishers.ofString(body)));

    assertThat(answer.status()).as(answer.http().body()).isEqualTo(status);
    assertThat(answer.http().body()).doesNotContain("Exception", "springframework");
  }

  @Test
  void aBodyLargerThanTheLimit() {
    String large = " ".repeat(8 << 20) + Specs.REGRESSION;

    Answer answer = api.post("/v1/jobs", large);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text("/detail"))
        .isEqualTo("The body may have at most 8,388,608 bytes; upload larger data as a dataset.");
  }

  @Test
  void aLargeBodyOfUnknownLength() {
    byte[] large = " ".repeat((8 << 20) + 1).getBytes(StandardCharsets.US_ASCII);

    Answer answer =
        api.send(
            api.request("/v1/jobs")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large))));

    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void aBodyJustWithinTheLimitIsRead() {
    String padded = " ".repeat((8 << 20) - Specs.REGRESSION.length()) + Specs.REGRESSION;

    assertThat(api.post("/v1/jobs/validate", padded).status()).isEqualTo(200);
  }

  @Test
  void whatIsNotHttp() throws IOException {
    try (Socket socket = new Socket("localhost", port())) {
      socket
          .getOutputStream()
          .write("GET /v1/jobs?[ HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("Exception", "Apache", "java");
    }
  }

  @Test
  void theProbesNeedNoKey() {
    assertThat(api.as(null).get("/livez").status()).isEqualTo(200);
    assertThat(api.as(null).get("/readyz").status()).isEqualTo(200);
    assertThat(api.as(null).get("/actuator/prometheus").status()).isIn(401, 404);
  }
}
