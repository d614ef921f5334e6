package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.io.SafeTensors;
import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.service.Api;
import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pause, resume, cancel and fork over REST, of jobs that train. */
@TestPropertySource(
    properties = {"gradkeeper.worker.slots=2", "gradkeeper.metrics.flush-interval=10ms"})
class JobControlTest extends ServiceTest {

  private static final JsonMapper JSON = new JsonMapper();

  /** Dropout, shuffling, windows; {@code epochs} long enough to be interrupted. */
  private static final String SPEC =
      """
      {"seed": 3, "name": "origin",
       "dataset": {"inline": {
         "inputs": [[1, 2], [3, -1], [0, 5], [2, 2], [-4, 1], [0.5, 0.25], [7, 1], [1, 1], [2, -3], [4, 4], [5, 0]],
         "targets": [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1]}, "batch_size": 2, "shuffle": true},
       "model": {"layers": [{"type": "linear", "in_features": 2, "out_features": 64}, {"type": "tanh"},
                            {"type": "dropout", "p": 0.3}, {"type": "linear", "in_features": 64, "out_features": 2}]},
       "loss": {"type": "cross_entropy"},
       "optimizer": {"type": "adam", "lr": 0.001},
       "gradients": {"accumulation_steps": 3},
       "checkpoint": {"every_steps": 50, "keep_last": 3},
       "max_steps": %d}
      """;

  @AfterEach
  void cancelAll() {
    assertThat(api.patch("/v1/projects/prj_default", "{\"max_running_jobs\": 100}").status())
        .isEqualTo(200);
    api.get("/v1/jobs?state=queued&state=running&state=paused&limit=200")
        .json()
        .get("items")
        .forEach(job -> post(job.get("id").stringValue(), "cancel"));
  }

  private String submit(String spec) {
    Answer answer = api.post("/v1/jobs", spec);
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(202);
    return answer.text("/id");
  }

  private Answer get(String job) {
    return api.get("/v1/jobs/" + job);
  }

  private Answer post(String job, String verb) {
    return api.post("/v1/jobs/" + job + "/" + verb, "");
  }

  private Answer fork(String job, String body) {
    return api.post("/v1/jobs/" + job + "/fork", body);
  }

  /** Waits for one of these states. */
  private JsonNode await(String job, String... states) {
    while (true) {
      Answer now = api.get("/v1/jobs/" + job + "?wait=100ms");
      if (Set.of(states).contains(now.text("/state"))) {
        return now.json();
      }
      assertThat(now.text("/state")).isIn("queued", "running", "pausing", "cancelling");
    }
  }

  private void awaitSteps(String job, long steps) {
    while (get(job).json().get("step").longValue() < steps) {
      assertThat(get(job).text("/state")).isIn("queued", "running");
    }
  }

  private List<String> steps(String job, long from) {
    String csv =
        api.send(
                api.request(
                        "/v1/jobs/"
                            + job
                            + "/metrics?series=epoch,loss,grad_norm,lr&from_step="
                            + from)
                    .header("Accept", "text/csv")
                    .GET())
            .http()
            .body();
    return csv.lines().skip(1).toList();
  }

  private String artifact(String job, String name) {
    for (JsonNode one : api.get("/v1/jobs/" + job + "/artifacts").json().get("items")) {
      if (one.get("name").stringValue().equals(name)) {
        return one.get("sha256").stringValue();
      }
    }
    throw new AssertionError("there is no " + name);
  }

  private byte[] download(String job, String name) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            api.request("/v1/jobs/" + job + "/artifacts/" + name).GET().build(),
            HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }

  /** How many steps it gets to differs from run to run; it never gets to its end. */
  @Test
  void aPausedJobGoesOnToTheSameNumbers() throws Exception {
    String job = submit(SPEC.formatted(10_000_000));
    JsonNode paused = pausedAfterAStep(job);
    for (int resumed = 0; resumed < 3; resumed++) {
      assertThat(post(job, "resume").text("/state")).isIn("queued", "running");
      paused = pausedAfterAStep(job);
    }
    int steps = paused.get("step").intValue();
    String undisturbed = submit(SPEC.formatted(steps));
    await(undisturbed, "succeeded");
    assertThat(steps(job, 1)).hasSize(steps).isEqualTo(steps(undisturbed, 1));
    assertThat(parameters(job))
        .hasSize(4)
        .usingRecursiveComparison()
        .isEqualTo(parameters(undisturbed));
    List<Long> from = new ArrayList<>();
    for (JsonNode attempt : paused.get("attempts")) {
      from.add(attempt.get("from_step").longValue());
      assertThat(attempt.get("outcome").stringValue()).isEqualTo("paused");
    }
    assertThat(from).hasSize(4).startsWith(0L).isSorted().doesNotHaveDuplicates();
  }

  private JsonNode pausedAfterAStep(String job) {
    awaitSteps(job, 1 + get(job).json().get("step").longValue());
    Answer pausing = post(job, "pause");
    assertThat(pausing.status()).as(pausing.http().body()).isEqualTo(202);
    JsonNode paused = await(job, "paused");
    assertThat(api.get("/v1/jobs/" + job + "/checkpoints").json().at("/items/0/step").longValue())
        .as("saved where it was paused")
        .isEqualTo(paused.get("step").longValue());
    return paused;
  }

  /** Those of its newest checkpoint. */
  private Map<String, float[]> parameters(String job) throws Exception {
    Map<String, float[]> parameters = new TreeMap<>();
    Checkpoint.read(ByteBuffer.wrap(download(job, "checkpoint")))
        .parameters()
        .forEach((name, values) -> parameters.put(name, values.toFloatArray()));
    return parameters;
  }

  @Test
  void aForkWithoutChangesTrainsOnToTheSameNumbers() {
    String job = submit(SPEC.formatted(400));
    await(job, "succeeded");
    long step = api.get("/v1/jobs/" + job + "/checkpoints").json().at("/items/1/step").longValue();
    assertThat(step).isLessThan(400);
    Answer forked = fork(job, "{\"step\": %d}".formatted(step));
    assertThat(forked.status()).as(forked.http().body()).isEqualTo(202);
    assertThat(forked.header("Location")).isEqualTo("/v1/jobs/" + forked.text("/id"));
    JsonNode fork = await(forked.text("/id"), "succeeded");
    assertThat(fork.at("/forked_from/job_id").stringValue()).isEqualTo(job);
    assertThat(fork.at("/forked_from/step").longValue()).isEqualTo(step);
    assertThat(fork.at("/attempts/0/from_step").longValue()).isEqualTo(step);
    assertThat(steps(forked.text("/id"), 1)).isEqualTo(steps(job, step + 1));
    assertThat(artifact(forked.text("/id"), "model.safetensors"))
        .isEqualTo(artifact(job, "model.safetensors"));
  }

  @Test
  void aForkTrainsLongerWithWhatItChanges() throws Exception {
    String job = submit(SPEC.formatted(100));
    await(job, "succeeded");
    Answer forked =
        fork(
            job,
            "{\"changes\": {\"name\": \"finer\", \"max_steps\": 150, \"optimizer\": {\"lr\": 0.0001}}}");
    assertThat(forked.status()).as(forked.http().body()).isEqualTo(202);
    String id = forked.text("/id");
    assertThat(api.delete("/v1/jobs/" + job).status())
        .as("it does not need its origin")
        .isEqualTo(204);
    JsonNode fork = await(id, "succeeded");
    assertThat(fork.get("step").longValue()).isEqualTo(150);
    assertThat(fork.at("/spec/name").stringValue()).isEqualTo("finer");
    assertThat(fork.at("/spec/optimizer/betas/0").doubleValue()).isEqualTo(0.9);
    assertThat(fork.at("/forked_from").has("job_id")).isFalse();
    List<String> steps = steps(id, 1);
    assertThat(steps).hasSize(50).allMatch(line -> line.endsWith(",1.0E-4"));
    assertThat(steps.getFirst()).startsWith("101,");
    Checkpoint last = Checkpoint.read(ByteBuffer.wrap(download(id, "checkpoint")));
    assertThat(last.progress().step()).isEqualTo(150);
    assertThat(download(id, "checkpoint-150")).isEqualTo(download(id, "checkpoint"));
    SafeTensors model = SafeTensors.read(ByteBuffer.wrap(download(id, "model.safetensors")));
    model
        .tensors()
        .forEach(
            (name, values) ->
                assertThat(last.parameters().get(name).toFloatArray())
                    .isEqualTo(values.toFloatArray()));
  }

  @Test
  void aForkWithOtherDataOrWindowsBeginsWithTheNextOnes() {
    String job = submit(SPEC.formatted(100).replace("\"max_steps\": 100", "\"epochs\": 50"));
    await(job, "succeeded"); // 50 epochs of 6 batches, 3 batches a step
    Answer forked =
        fork(
            job,
            "{\"changes\": {\"dataset\": {\"batch_size\": 4}, \"epochs\": 60, \"gradients\": {\"accumulation_steps\": 1}}}");
    assertThat(forked.status()).as(forked.http().body()).isEqualTo(202);
    JsonNode fork = await(forked.text("/id"), "succeeded");
    assertThat(fork.get("step").longValue()).as("10 epochs of 3 steps more").isEqualTo(130);
    assertThat(fork.get("total_steps").longValue()).isEqualTo(130);
    assertThat(steps(forked.text("/id"), 1).getFirst()).startsWith("101,51,");
  }

  @Test
  void aForkThatDoesNotFitIsRefusedNamingWhy() {
    String job = submit(SPEC.formatted(60));
    await(job, "succeeded");
    assertThat(errors(fork(job, "{}"), 422)).containsExactly("/max_steps already_reached");
    assertThat(errors(fork(job, "{\"step\": 7}"), 422)).containsExactly("/step unknown_checkpoint");
    assertThat(
            errors(
                fork(
                    job,
                    """
                    {"changes": {"seed": 4, "max_steps": 90, "optimizer": {"type": "sgd", "betas": null, "eps": null},
                     "model": {"layers": [{"type": "linear", "in_features": 2, "out_features": 32},
                                          {"type": "linear", "in_features": 32, "out_features": 2}]}}}
                    """),
                422))
        .containsExactly(
            "/seed cannot_change",
            "/optimizer/type cannot_change",
            "/model/layers/0 shape_mismatch",
            "/model/layers/1 shape_mismatch",
            "/model/layers shape_mismatch");
    assertThat(errors(fork(job, "{\"changes\": {\"max_steps\": 90, \"epoch\": 1}}"), 400))
        .containsExactly("/epoch unknown_field");
    assertThat(errors(fork(job, "{\"changes\": {\"model\": null}}"), 400))
        .containsExactly("/model missing_field");
  }

  @Test
  void whatCannotBeIsAConflictThatNamesTheState() {
    String job = submit(SPEC.formatted(10));
    await(job, "succeeded");
    for (String verb : List.of("pause", "resume", "cancel")) {
      Answer answer = post(job, verb);
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.text("/detail")).contains("is succeeded");
    }
    String cancelled = submit(SPEC.formatted(1_000_000));
    awaitSteps(cancelled, 1);
    post(cancelled, "cancel");
    await(cancelled, "cancelled");
    assertThat(fork(cancelled, "{}").status()).as("saved where it was cancelled").isEqualTo(202);
    assertThat(api.patch("/v1/projects/prj_default", "{\"max_running_jobs\": 0}").status())
        .isEqualTo(200);
    String waiting = submit(SPEC.formatted(10));
    Answer answer = fork(waiting, "{}");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text("/code")).isEqualTo("no_checkpoint");
    assertThat(answer.text("/detail")).contains("is queued");
    assertThat(post(waiting, "pause").text("/state")).isEqualTo("paused");
    assertThat(post(waiting, "resume").text("/state")).isEqualTo("queued");
  }

  @Test
  void anotherProjectSeesNothingOfIt() {
    String project = api.post("/v1/projects", "{\"name\": \"others\"}").text("/id");
    String key =
        api.post("/v1/keys", "{\"name\": \"other\", \"project_id\": \"%s\"}".formatted(project))
            .text("/key");
    String job = submit(SPEC.formatted(10));
    await(job, "succeeded");
    Api other = api.as(key);
    for (String verb : List.of("pause", "resume", "fork", "cancel")) {
      assertThat(other.post("/v1/jobs/" + job + "/" + verb, "{}").status()).as(verb).isEqualTo(404);
    }
    assertThat(other.get("/v1/jobs/" + job + "/checkpoints").status()).isEqualTo(404);
    assertThat(other.get("/v1/jobs/" + job + "/artifacts/checkpoint").status()).isEqualTo(404);
  }

  private static List<String> errors(Answer answer, int status) {
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(status);
    List<String> errors = new ArrayList<>();
    for (JsonNode error : JSON.readTree(answer.http().body()).get("errors")) {
      errors.add(error.get("pointer").stringValue() + " " + error.get("code").stringValue());
    }
    return errors;
  }
}
