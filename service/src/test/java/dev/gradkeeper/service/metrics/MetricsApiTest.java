package dev.gradkeeper.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.TestJobs;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Series and files of a job over HTTP; every answer is compared with the contract. */
class MetricsApiTest extends ServiceTest {

  @Autowired private DataSource dataSource;

  private TestJobs jobs;
  private String job;
  private String path;

  /** Ten steps of loss 1/step; the seventh is not a number; in a second attempt from step 8 on. */
  @BeforeEach
  void storeAJob() {
    jobs = new TestJobs(dataSource);
    job = jobs.queued("prj_default");
    path = "/v1/jobs/" + job;
    String worker = jobs.worker();
    attempt(1, 0, worker, "{1,0.5,0.25,0.2,0.1,0.05,NaN,0.04}");
    attempt(2, 7, worker, "{0.03,0.02,0.01}");
  }

  private void attempt(int attempt, int fromStep, String worker, String loss) {
    jobs.jdbc()
        .sql("INSERT INTO job_attempt (job_id, attempt, from_step, worker_id) VALUES (?, ?, ?, ?)")
        .params(job, attempt, fromStep, worker)
        .update();
    jobs.jdbc()
        .sql(
            """
            INSERT INTO metric_chunk (job_id, attempt, first_step, n, t_min, t_max, dt, loss, grad_norm, epoch, lr)
            SELECT ?, ?, ?, cardinality(l), now(), now(), array_fill(0, ARRAY[cardinality(l)]), l, l, '{1}', '{0.1}'
            FROM (SELECT ?::real[] AS l) AS given
            """)
        .params(job, attempt, fromStep + 1, loss)
        .update();
  }

  @Test
  void columnsHoldTheEffectiveSeries() {
    Answer answer = api.get(path + "/metrics?series=loss,lr");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("steps").toString()).isEqualTo("[1,2,3,4,5,6,7,8,9,10]");
    assertThat(answer.json().at("/series/loss").toString())
        .isEqualTo("[1.0,0.5,0.25,0.2,0.1,0.05,null,0.03,0.02,0.01]");
    assertThat(answer.json().get("nonfinite").toString())
        .isEqualTo("[{\"series\":\"loss\",\"step\":7,\"value\":\"NaN\"}]");
  }

  @Test
  void aRangeIsFoldedIntoAsManyPointsAsAreWanted() {
    JsonNode folded = api.get(path + "/metrics?series=loss&max_points=3").json();
    assertThat(folded.get("steps_per_point").intValue()).isEqualTo(4);
    assertThat(folded.get("steps").toString()).isEqualTo("[4,8,10]");
    assertThat(folded.at("/min/loss").toString()).isEqualTo("[0.2,0.03,0.01]");
    assertThat(folded.at("/max/loss").toString()).isEqualTo("[1.0,0.1,0.02]");
    assertThat(folded.at("/nonfinite/0/step").intValue()).isEqualTo(7);
  }

  @Test
  void rawPagesFollowEachOtherByCursor() {
    List<Integer> steps = new ArrayList<>();
    List<Integer> attempts = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonNode page = api.get(path + "/metrics?agg=raw&attempt=all&max_points=4" + cursor).json();
      page.get("steps").forEach(step -> steps.add(step.intValue()));
      page.get("attempts").forEach(attempt -> attempts.add(attempt.intValue()));
      cursor = page.has("next_cursor") ? "&cursor=" + page.get("next_cursor").stringValue() : null;
    }
    assertThat(steps).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10);
    assertThat(attempts).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2);
  }

  @Test
  void acceptChoosesTheFormat() throws Exception {
    assertThat(text("text/csv", "/metrics?series=loss&from_step=6&to_step=8"))
        .isEqualTo("step,loss\n6,0.05\n7,NaN\n8,0.03\n");
    assertThat(text("application/x-ndjson", "/metrics?series=loss&from_step=7&to_step=8"))
        .isEqualTo("{\"step\":7,\"loss\":\"NaN\"}\n{\"step\":8,\"loss\":0.03}\n");
    assertThat(text("*/*", "/metrics?series=loss&to_step=1")).startsWith("{");
    assertThat(
            api.send(api.request(path + "/metrics").header("Accept", "image/png").GET()).status())
        .isEqualTo(406);
  }

  @Test
  void whatIsNotTheCallersOrIsMalformedIsRefused() {
    assertThat(api.get("/v1/jobs/job_unknown/metrics").status()).isEqualTo(404);
    assertThat(api.get("/v1/jobs/job_unknown/artifacts").status()).isEqualTo(404);
    assertThat(api.get(path + "/artifacts/model.safetensors").status()).isEqualTo(404);
    assertThat(api.get(path + "/metrics?cursor=nonsense").status()).isEqualTo(400);
    assertThat(api.get(path + "/metrics?max_points=0").status()).isEqualTo(400);
    assertThat(api.as(null).get(path + "/metrics").status()).isEqualTo(401);
    jobs.jdbc()
        .sql("UPDATE job SET project_id = ? WHERE id = ?")
        .params(jobs.project(null), job)
        .update();
    assertThat(api.get(path + "/metrics").status()).isEqualTo(404);
    assertThat(api.get(path + "/artifacts").status()).isEqualTo(404);
  }

  @Test
  void aFileIsServedWholeInPartsAndNotAgain() throws Exception {
    byte[] content = new byte[3_000_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 ^ i >> 11);
    }
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
    storeArtifact(content, sha256);
    String file = path + "/artifacts/model.safetensors";

    JsonNode listed = api.get(path + "/artifacts").json().at("/items/0");
    assertThat(listed.get("size_bytes").intValue()).isEqualTo(content.length);
    assertThat(listed.get("sha256").stringValue()).isEqualTo(HexFormat.of().formatHex(sha256));

    HttpResponse<byte[]> whole = download(file);
    assertThat(whole.body()).isEqualTo(content);
    HttpResponse<byte[]> part = download(file, "Range", "bytes=1048570-2500000");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 1_048_570, 2_500_001));
    String tag = whole.headers().firstValue("ETag").orElseThrow();
    assertThat(download(file, "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  private void storeArtifact(byte[] content, byte[] sha256) {
    jobs.jdbc()
        .sql("INSERT INTO blob (sha256, size) VALUES (?, ?)")
        .params(sha256, content.length)
        .update();
    for (int seq = 0; seq * (1 << 20) < content.length; seq++) {
      int from = seq << 20;
      jobs.jdbc()
          .sql("INSERT INTO blob_chunk (sha256, seq, data) VALUES (?, ?, ?)")
          .params(
              sha256,
              seq,
              Arrays.copyOfRange(content, from, Math.min(content.length, from + (1 << 20))))
          .update();
    }
    jobs.jdbc()
        .sql(
            "INSERT INTO artifact (job_id, name, media_type, blob, size, attempt, step)"
                + " VALUES (?, 'model.safetensors', 'application/octet-stream', ?, ?, 1, 1)")
        .params(job, sha256, content.length)
        .update();
  }

  private HttpResponse<byte[]> download(String file, String... headers)
      throws IOException, InterruptedException {
    var request = api.request(file);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient()
        .send(request.GET().build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private String text(String accept, String query) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            api.request(path + query).header("Accept", accept).GET().build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
