package dev.gradkeeper.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api;
import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class JobsApiTest extends ServiceTest {
  @Autowired private JdbcClient jdbc;

  @AfterEach
  void deleteJobs() {
    jdbc.sql("DELETE FROM job").update();
    jdbc.sql("DELETE FROM worker").update();
    jdbc.sql("UPDATE project SET max_queued_jobs = NULL, max_running_jobs = NULL").update();
  }

  @Test
  void aSubmittedJobIsQueuedWithEveryDefaultFilledIn() {
    Answer submitted = api.post("/v1/jobs", Specs.REGRESSION);

    assertThat(submitted.status()).isEqualTo(202);
    String id = submitted.text("/id");
    assertThat(id).matches("job_[0-9a-hjkmnp-tv-z]{26}");
    assertThat(submitted.header("Location")).isEqualTo("/v1/jobs/" + id);
    assertThat(submitted.text("/state")).isEqualTo("queued");
    assertThat(submitted.json().at("/total_steps").longValue()).isEqualTo(1000);
    assertThat(submitted.json().at("/queue/position").longValue()).isEqualTo(1);
    assertThat(submitted.text("/queue/reason")).isEqualTo("No worker is up.");
    assertThat(submitted.json().at("/transitions")).hasSize(1);
    JsonNode spec = submitted.json().get("spec");
    assertThat(spec.at("/optimizer").toString())
        .isEqualTo(
            """
            {"type":"sgd","lr":0.01,"momentum":0,"dampening":0,"weight_decay":0,"nesterov":false,"maximize":false}""");
    assertThat(spec.at("/gradients").toString())
        .isEqualTo(
            """
            {"zero_grad":"each_update","accumulation_steps":1,"on_nonfinite":"fail"}""");
    assertThat(spec.at("/model/layers/0/init/weight").toString())
        .isEqualTo(
            """
            {"type":"normal","mean":0,"std":1}""");
    assertThat(spec.at("/priority").intValue()).isEqualTo(5);
    assertThat(spec.at("/threads").intValue()).isEqualTo(1);
    assertThat(spec.at("/shards").intValue()).isEqualTo(1);
    assertThat(api.get("/v1/jobs/" + id).json().get("spec")).isEqualTo(spec);
  }

  @Test
  void theEffectiveSpecIsItsOwnEffectiveSpec() {
    JsonNode spec = api.post("/v1/jobs/validate", Specs.LAYERS).json().get("spec");

    assertThat(api.post("/v1/jobs/validate", spec.toString()).json().get("spec")).isEqualTo(spec);
  }

  @Test
  void aSeedThatIsNotGivenIsDrawnAndEchoed() {
    String unseeded = Specs.REGRESSION.replace("\"seed\": 6,", "");
    JsonNode one = api.post("/v1/jobs/validate", unseeded).json().at("/spec/seed");
    JsonNode other = api.post("/v1/jobs/validate", unseeded).json().at("/spec/seed");

    assertThat(one.isIntegralNumber()).isTrue();
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void validationShowsEachLayersShapeAndTheParameters() {
    Answer checked = api.post("/v1/jobs/validate", Specs.LAYERS);

    assertThat(checked.status()).isEqualTo(200);
    List<String> layers = new ArrayList<>();
    for (JsonNode layer : checked.json().get("layers")) {
      layers.add(
          layer.get("type").stringValue()
              + " "
              + layer.get("output_shape")
              + " "
              + layer.get("parameters"));
    }
    assertThat(checked.json().at("/input_shape").toString()).isEqualTo("[1,4,4]");
    assertThat(layers)
        .containsExactly(
            "conv2d [2,4,4] 20",
            "tanh [2,4,4] 0",
            "avg_pool2d [2,2,2] 0",
            "max_pool2d [2,1,1] 0",
            "flatten [2] 0",
            "dropout [2] 0",
            "linear [3] 9");
    assertThat(checked.json().at("/parameters").longValue()).isEqualTo(29);
    assertThat(checked.json().at("/total_steps").longValue()).isEqualTo(2);
    assertThat(api.get("/v1/jobs").json().get("items")).isEmpty();
  }

  @Test
  void aRepeatedRequestWithTheSameKeyIsTheSameJob() {
    String[] key = {"Idempotency-Key", "first"};
    Answer first = api.post("/v1/jobs", Specs.REGRESSION, key);
    Answer again = api.post("/v1/jobs", Specs.REGRESSION, key);
    Answer other = api.post("/v1/jobs", Specs.REGRESSION.replace("1000", "999"), key);

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.text("/id")).isEqualTo(first.text("/id"));
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.text("/code")).isEqualTo("idempotency_key_reused");
    assertThat(api.get("/v1/jobs").json().get("items")).hasSize(1);
  }

  @Test
  void manyRequestsAtOnceWithOneKeyMakeOneJob() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(
          CompletableFuture.supplyAsync(
              () -> api.post("/v1/jobs", Specs.REGRESSION, "Idempotency-Key", "race").text("/id")));
    }

    assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(api.get("/v1/jobs").json().get("items")).hasSize(1);
  }

  @Test
  void aListIsPagedLatestFirst() {
    List<String> submitted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      submitted.addFirst(submit(Specs.REGRESSION));
    }

    List<String> listed = new ArrayList<>();
    String page = "/v1/jobs?limit=2";
    for (String next = page; next != null; ) {
      JsonNode answer = api.get(next).json();
      answer.get("items").forEach(job -> listed.add(job.get("id").stringValue()));
      next =
          answer.has("next_cursor")
              ? page + "&cursor=" + answer.get("next_cursor").stringValue()
              : null;
    }

    assertThat(listed).isEqualTo(submitted);
  }

  @Test
  void aListIsFilteredByStateAndLabels() {
    String vision = submit(labelled("{\"team\": \"vision\", \"run\": \"1\"}"));
    String speech = submit(labelled("{\"team\": \"speech\"}"));
    api.post("/v1/jobs/" + speech + "/cancel", "");

    assertThat(ids("/v1/jobs?label=team=vision")).containsExactly(vision);
    assertThat(ids("/v1/jobs?label=team=vision&label=run=2")).isEmpty();
    assertThat(ids("/v1/jobs?state=cancelled")).containsExactly(speech);
    assertThat(ids("/v1/jobs?state=queued&state=cancelled")).containsExactly(speech, vision);
    assertThat(api.get("/v1/jobs?state=lost").text("/errors/0/pointer")).isEqualTo("?state");
  }

  @Test
  void aQueuedJobIsCancelledAtOnceAndThenDeleted() {
    String id = submit(Specs.REGRESSION);
    assertThat(api.delete("/v1/jobs/" + id).status()).isEqualTo(409);

    Answer cancelled = api.post("/v1/jobs/" + id + "/cancel", "");

    assertThat(cancelled.status()).isEqualTo(202);
    assertThat(cancelled.text("/state")).isEqualTo("cancelled");
    assertThat(cancelled.json().has("finished_at")).isTrue();
    assertThat(cancelled.text("/transitions/1/from")).isEqualTo("queued");
    assertThat(api.post("/v1/jobs/" + id + "/cancel", "").status()).isEqualTo(202);
    assertThat(api.delete("/v1/jobs/" + id).status()).isEqualTo(204);
    assertThat(api.get("/v1/jobs/" + id).status()).isEqualTo(404);
  }

  @Test
  void aRunningJobIsAskedToStop() {
    String id = submit(Specs.REGRESSION);
    run(id);

    Answer cancelled = api.post("/v1/jobs/" + id + "/cancel", "");

    assertThat(cancelled.text("/state")).isEqualTo("cancelling");
    assertThat(api.delete("/v1/jobs/" + id).text("/code")).isEqualTo("wrong_state");
  }

  @Test
  void aFailedJobSaysWhyAndCannotBeCancelled() {
    String id = submit(Specs.REGRESSION);
    run(id);
    jdbc.sql(
            "UPDATE job SET state = 'failed', error_code = 'nonfinite_loss', error_message = 'The loss is NaN.',"
                + " worker_id = NULL, lease_until = NULL, finished_at = now() WHERE id = :id")
        .param("id", id)
        .update();

    assertThat(api.get("/v1/jobs/" + id).json().get("error").toString())
        .isEqualTo(
            """
            {"code":"nonfinite_loss","message":"The loss is NaN."}""");
    Answer refused = api.post("/v1/jobs/" + id + "/cancel", "");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/detail"))
        .isEqualTo("The job is failed and cannot be cancelled any more.");
  }

  @Test
  void aRunningJobShowsItsProgressAndTheTimeLeft() {
    String id = submit(Specs.REGRESSION);
    run(id);
    jdbc.sql(
            "UPDATE job SET step = 250, last_loss = 'NaN', started_at = now() - interval '10 seconds'"
                + " WHERE id = :id")
        .param("id", id)
        .update();

    Answer job = api.get("/v1/jobs/" + id);

    assertThat(job.json().get("progress").doubleValue()).isEqualTo(0.25);
    // 250 steps took 10 seconds, so 750 take 30; the clock goes on meanwhile.
    assertThat(job.json().get("eta_seconds").doubleValue()).isBetween(30.0, 90.0);
    assertThat(job.json().has("last_loss")).isFalse();
    assertThat(job.json().has("queue")).isFalse();
  }

  @Test
  void theQueueGoesByPriorityAndThenByAge() {
    String first = submit(Specs.REGRESSION);
    String second = submit(Specs.REGRESSION);
    String urgent = submit(Specs.REGRESSION.replace("\"seed\"", "\"priority\": 9, \"seed\""));
    worker();

    assertThat(position(urgent)).isEqualTo(1);
    assertThat(position(first)).isEqualTo(2);
    assertThat(position(second)).isEqualTo(3);
    assertThat(api.get("/v1/jobs/" + second).text("/queue/reason"))
        .isEqualTo("2 jobs of the project are before it.");
  }

  @Test
  void aProjectQueuesAsManyJobsAsItsQuotaAllows() {
    api.patch("/v1/projects/prj_default", "{\"max_queued_jobs\": 1}");
    submit(Specs.REGRESSION);

    Answer refused = api.post("/v1/jobs", Specs.REGRESSION);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.text("/code")).isEqualTo("quota_exceeded");
  }

  @Test
  void aJobThatNoWorkerHasMemoryForIsRefusedWithTheFigures() {
    worker();
    // 20 samples of 10 million activations, four copies of them.
    String wide =
        Specs.REGRESSION.replace(
            "{\"type\": \"linear\", \"in_features\": 1, \"out_features\": 1,",
            "{\"type\": \"linear\", \"in_features\": 1, \"out_features\": 10000000}, {\"type\": \"relu\"},"
                + " {\"type\": \"linear\", \"in_features\": 10000000, \"out_features\": 1,");

    Answer refused = api.post("/v1/jobs", wide);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("/errors/0/code")).isEqualTo("too_much_memory");
    assertThat(refused.text("/errors/0/detail"))
        .matches(
            "The job needs an estimated [67],\\d{3} MiB, but the largest worker has 1,024 MiB for jobs;"
                + " set dataset.batch_size, or give the server a larger heap\\.");
  }

  @Test
  void waitingEndsWithTheJob() throws Exception {
    String id = submit(Specs.REGRESSION);
    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(() -> api.get("/v1/jobs/" + id + "?wait=60s"));

    api.post("/v1/jobs/" + id + "/cancel", "");

    assertThat(waiting.get(30, TimeUnit.SECONDS).text("/state")).isEqualTo("cancelled");
  }

  @Test
  void waitingEndsWhenTheTimeIsUp() {
    String id = submit(Specs.REGRESSION);

    assertThat(api.get("/v1/jobs/" + id + "?wait=100ms").text("/state")).isEqualTo("queued");
    assertThat(api.get("/v1/jobs/job_none?wait=60s").status()).isEqualTo(404);
    assertThat(api.get("/v1/jobs/" + id + "?wait=soon").text("/errors/0/pointer"))
        .isEqualTo("?wait");
  }

  @Test
  void jobsOfAnotherProjectAreNotThere() {
    String id = submit(Specs.REGRESSION);
    String project = api.post("/v1/projects", "{\"name\": \"other-jobs\"}").text("/id");
    Api other =
        api.as(
            api.post("/v1/keys", "{\"name\": \"o\", \"project_id\": \"" + project + "\"}")
                .text("/key"));

    assertThat(other.get("/v1/jobs/" + id).status()).isEqualTo(404);
    assertThat(other.get("/v1/jobs/" + id + "?wait=60s").status()).isEqualTo(404);
    assertThat(other.post("/v1/jobs/" + id + "/cancel", "").status()).isEqualTo(404);
    assertThat(other.delete("/v1/jobs/" + id).status()).isEqualTo(404);
    assertThat(other.get("/v1/jobs").json().get("items")).isEmpty();
  }

  private String submit(String spec) {
    Answer answer = api.post("/v1/jobs", spec);
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(202);
    return answer.text("/id");
  }

  private List<String> ids(String path) {
    return api.get(path)
        .json()
        .get("items")
        .valueStream()
        .map(job -> job.get("id").stringValue())
        .toList();
  }

  private long position(String id) {
    return api.get("/v1/jobs/" + id).json().at("/queue/position").longValue();
  }

  private static String labelled(String labels) {
    return Specs.REGRESSION.replace("\"seed\"", "\"labels\": " + labels + ", \"seed\"");
  }

  private void worker() {
    jdbc.sql(
            "INSERT INTO worker (id, host, version, slots, memory_bytes)"
                + " VALUES ('w', 'here', '1', 1, 1073741824) ON CONFLICT DO NOTHING")
        .update();
  }

  /** As a worker does when it claims the job. */
  private void run(String id) {
    worker();
    jdbc.sql(
            "UPDATE job SET state = 'running', attempt = 1, worker_id = 'w', started_at = now(),"
                + " lease_until = now() + interval '1 hour' WHERE id = :id")
        .param("id", id)
        .update();
  }
}
