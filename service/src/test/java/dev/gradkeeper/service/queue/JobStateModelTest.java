package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.jobs.Specs;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.LeaseLostException;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/**
 * Random requests over REST, workers that claim, end and die, and leases that expire, on a few jobs
 * at a time: after each of them every job is in the state that the design's table has for it.
 */
class JobStateModelTest extends ServiceTest {

  private static final int OPERATIONS = 3000;
  private static final int JOBS = 4;
  private static final int MAX_RESTARTS = 2;
  private static final Duration LEASE = Duration.ofMinutes(10);

  /** The table of the design, "from to". */
  private static final Set<String> TRANSITIONS =
      Set.of(
          "null queued",
          "queued running",
          "queued cancelled",
          "queued paused",
          "queued failed",
          "running succeeded",
          "running failed",
          "running pausing",
          "running cancelling",
          "running queued",
          "pausing paused",
          "pausing succeeded",
          "pausing failed",
          "pausing cancelling",
          "pausing queued",
          "paused queued",
          "paused cancelled",
          "cancelling cancelled",
          "cancelling succeeded",
          "cancelling failed");

  private enum Operation {
    CANCEL,
    PAUSE,
    RESUME,
    DELETE,
    CLAIM,
    STOP,
    SUCCEED,
    FAIL,
    EXPIRE,
    RESTART
  }

  /** A job as the model has it. */
  private static final class Model {
    String id;
    String state = "queued";
    int restarts;
    Lease lease;

    boolean isHeld() {
      return Set.of("running", "pausing", "cancelling").contains(state);
    }

    boolean isFinal() {
      return Set.of("succeeded", "failed", "cancelled").contains(state);
    }
  }

  @Autowired private JobQueue queue;
  @Autowired private WorkerTransactions transactions;
  @Autowired private DataSource dataSource;

  private final Random random = new Random(11);
  private final List<Model> models = new ArrayList<>();
  private final Map<Operation, Set<String>> seen = new EnumMap<>(Operation.class);
  private final Set<String> walked = new TreeSet<>();
  private TestJobs jobs;
  private String worker;

  @Test
  void everyJobIsAlwaysInTheStateOfTheTable() throws SQLException {
    jobs = new TestJobs(dataSource);
    worker = jobs.worker();
    // What other tests left in the queue would be claimed too.
    jobs.jdbc().sql("DELETE FROM job").update();
    jobs.jdbc().sql("UPDATE worker SET memory_bytes = 1000000000").update();
    for (int i = 0; i < OPERATIONS; i++) {
      while (models.size() < JOBS) {
        models.add(submit());
      }
      Model model = models.get(random.nextInt(models.size()));
      Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
      String before = model.state;
      apply(operation, model);
      String what = "operation %d: %s of a job that was %s".formatted(i, operation, before);
      if (models.contains(model)) {
        Api.Answer now = api.get("/v1/jobs/" + model.id);
        assertThat(now.text("/state")).as(what).isEqualTo(model.state);
        assertThat(now.json().has("finished_at")).as(what).isEqualTo(model.isFinal());
        assertThat(now.json().has("error")).as(what).isEqualTo(model.state.equals("failed"));
        seen.computeIfAbsent(operation, _ -> new HashSet<>()).add(before);
      }
    }
    models.forEach(this::walk);
    assertThat(TRANSITIONS).containsAll(walked);
    assertThat(walked)
        .as("all were walked, but for queued to failed, which no operation asks for")
        .hasSize(TRANSITIONS.size() - 1);
    assertThat(seen).hasSize(Operation.values().length);
  }

  private Model submit() {
    Model model = new Model();
    String spec =
        Specs.REGRESSION.replace(
            "\"seed\"", "\"max_restarts\": %d, \"seed\"".formatted(MAX_RESTARTS));
    Api.Answer answer = api.post("/v1/jobs", spec);
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(202);
    model.id = answer.text("/id");
    return model;
  }

  private void apply(Operation operation, Model model) throws SQLException {
    switch (operation) {
      case CANCEL ->
          request(
              model,
              "cancel",
              switch (model.state) {
                case "queued", "paused" -> "cancelled";
                case "running", "pausing" -> "cancelling";
                case "cancelling", "cancelled" -> model.state;
                default -> null;
              });
      case PAUSE ->
          request(
              model,
              "pause",
              switch (model.state) {
                case "queued" -> "paused";
                case "running" -> "pausing";
                case "pausing", "paused" -> model.state;
                default -> null;
              });
      case RESUME ->
          request(
              model,
              "resume",
              switch (model.state) {
                case "paused" -> "queued";
                case "queued", "running" -> model.state;
                default -> null;
              });
      case DELETE -> delete(model);
      case CLAIM -> claim();
      case STOP -> end(model, JobEnd::stopped);
      case SUCCEED -> end(model, _ -> JobEnd.succeeded("completed"));
      case FAIL -> end(model, _ -> JobEnd.failed("nonfinite_loss", "it is NaN"));
      case EXPIRE -> {
        jobs.jdbc()
            .sql(
                "UPDATE job SET lease_until = '-infinity' WHERE id = ? AND lease_until IS NOT NULL")
            .params(model.id)
            .update();
        queue.releaseExpired(List.of());
        lose(model);
      }
      case RESTART -> {
        // The worker takes back what it held: as many as it has slots for.
        List<ClaimedJob> back = queue.takeBack(worker, List.of("cpu"), 1, Long.MAX_VALUE, LEASE);
        models.forEach(this::lose);
        back.forEach(this::claimed);
      }
    }
  }

  /** A null state: it is refused. */
  private void request(Model model, String verb, String state) {
    Api.Answer answer = api.post("/v1/jobs/" + model.id + "/" + verb, "");
    if (state == null) {
      assertThat(answer.status()).as("%s of %s", verb, model.state).isEqualTo(409);
      assertThat(answer.text("/detail")).contains("is " + model.state);
    } else {
      assertThat(answer.status()).as("%s of %s", verb, model.state).isEqualTo(202);
      assertThat(answer.text("/state")).isEqualTo(state);
      model.state = state;
    }
  }

  private void delete(Model model) {
    if (model.isFinal()) {
      walk(model);
    }
    Api.Answer answer = api.delete("/v1/jobs/" + model.id);
    assertThat(answer.status()).as(model.state).isEqualTo(model.isFinal() ? 204 : 409);
    if (model.isFinal()) {
      models.remove(model);
    }
  }

  private void claim() throws SQLException {
    queue.claim(worker, List.of("cpu"), Long.MAX_VALUE, LEASE).ifPresent(this::claimed);
  }

  private void claimed(ClaimedJob job) {
    Model model =
        models.stream().filter(m -> m.id.equals(job.lease().jobId())).findFirst().orElseThrow();
    assertThat(model.state).isEqualTo("queued");
    model.state = "running";
    model.lease = job.lease();
  }

  /** The worker ends its run, or believes that it does. */
  private void end(Model model, java.util.function.Function<String, JobEnd> end)
      throws SQLException {
    if (model.lease == null) {
      return;
    }
    try {
      String state =
          transactions.runFenced(
              model.lease,
              (connection, current) -> {
                JobEnd how = end.apply(current);
                how.write(connection, model.lease);
                return how.state();
              });
      assertThat(model.isHeld()).isTrue();
      model.state =
          switch (model.state + " " + state) {
            case "running queued" -> "queued";
            case "pausing paused" -> "paused";
            case "cancelling cancelled" -> "cancelled";
            case "running succeeded", "pausing succeeded", "cancelling succeeded" -> "succeeded";
            case "running failed", "pausing failed", "cancelling failed" -> "failed";
            default -> "not in the table: " + model.state + " to " + state;
          };
    } catch (LeaseLostException e) {
      assertThat(model.isHeld()).as("only a lease that is lost is refused").isFalse();
    }
  }

  /** Its worker is gone. */
  private void lose(Model model) {
    if (!model.isHeld()) {
      return;
    }
    boolean exhausted = model.restarts >= MAX_RESTARTS;
    model.restarts++;
    model.state =
        switch (model.state) {
          case "cancelling" -> "cancelled";
          case "pausing" -> exhausted ? "failed" : "paused";
          default -> exhausted ? "failed" : "queued";
        };
    if (model.state.equals("queued")) {
      // The back-off is another test's subject.
      jobs.jdbc().sql("UPDATE job SET not_before = NULL WHERE id = ?").params(model.id).update();
    }
  }

  private void walk(Model model) {
    for (JsonNode transition : api.get("/v1/jobs/" + model.id).json().get("transitions")) {
      walked.add(
          transition.path("from").asString("null") + " " + transition.get("to").stringValue());
    }
  }
}
