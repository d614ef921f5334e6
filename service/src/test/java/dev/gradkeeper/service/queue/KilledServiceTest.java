package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gradkeeper.service.Api;
import dev.gradkeeper.service.GradkeeperApplication;
import dev.gradkeeper.service.PostgresFixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The whole service as a process of its own, killed with SIGKILL while it trains: what was flushed
 * is there, the next one takes the job back, and the series is the one of an undisturbed run.
 */
class KilledServiceTest {

  private static final String KEY = "an-admin-key-for-tests";
  private static final int STEPS = 3000;

  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

  @TempDir Path home;

  private Process service;
  private Api api;

  @AfterEach
  void stop() throws InterruptedException {
    service.destroy(); // SIGTERM: it stops its Postgres
    service.waitFor();
  }

  @Test
  void everyStepCountsOnceHoweverTheServiceIsKilled() throws Exception {
    start();
    String undisturbed = submit();
    assertThat(await(undisturbed)).isEqualTo("succeeded");
    String job = submit();
    long flushed = awaitSteps(job);
    service.destroyForcibly().waitFor();

    start();
    assertThat(stored(job, "1")).hasSizeGreaterThanOrEqualTo((int) flushed);
    long flushedAgain = awaitSteps(job);
    service.destroyForcibly().waitFor();
    killPostgres();

    start();
    assertThat(stored(job, "2")).hasSizeGreaterThanOrEqualTo((int) flushedAgain);
    assertThat(await(job)).isEqualTo("succeeded");

    List<String> rows = stored(job, null);
    assertThat(rows).hasSize(STEPS);
    for (int step = 1; step <= STEPS; step++) {
      assertThat(rows.get(step - 1)).startsWith(step + ",");
    }
    assertThat(rows).isEqualTo(stored(undisturbed, null));
    List<String> reasons = new ArrayList<>();
    for (JsonNode transition : api.get("/v1/jobs/" + job).json().get("transitions")) {
      reasons.add(
          transition.get("to").stringValue() + ": " + transition.get("reason").stringValue());
    }
    assertThat(reasons)
        .containsExactly(
            "queued: submitted",
            "running: claimed",
            "queued: worker_restarted",
            "running: worker_restarted",
            "queued: worker_restarted",
            "running: worker_restarted",
            "succeeded: completed");
  }

  /** Without a GPU or a driver that computes on the processor it is left out. */
  @Test
  void aGpuJobGoesOnToTheSameBits() throws Exception {
    start();
    boolean found =
        api.get("/v1/devices")
            .json()
            .get("items")
            .valueStream()
            .anyMatch(device -> device.get("name").stringValue().startsWith("gpu"));
    assumeTrue(
        found || "1".equals(System.getenv("GRADKEEPER_TEST_ALL")),
        "no OpenCL driver: install pocl-opencl-icd");
    int steps = 400;
    String spec =
        spec(steps)
            .replace(
                "\"seed\"", "\"device\": \"gpu\", \"checkpoint\": {\"every_steps\": 40}, \"seed\"");
    String undisturbed = submit(spec);
    assertThat(await(undisturbed)).isEqualTo("succeeded");
    String job = submit(spec);
    awaitCheckpoint(job);
    service.destroyForcibly().waitFor();

    start();
    assertThat(await(job)).isEqualTo("succeeded");
    assertThat(stored(job, null)).hasSize(steps).isEqualTo(stored(undisturbed, null));
    assertThat(stored(job, "2")).as("it went on from a checkpoint").hasSizeLessThan(steps);
  }

  private void awaitCheckpoint(String job) {
    while (api.get("/v1/jobs/" + job + "/checkpoints").json().get("items").isEmpty()) {
      assertThat(api.get("/v1/jobs/" + job).text("/state")).isIn("queued", "running");
    }
  }

  private void start() throws IOException {
    service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                GradkeeperApplication.class.getName(),
                "--gradkeeper.home=" + home,
                "--gradkeeper.postgres.binaries=" + PostgresFixture.programs(),
                "--gradkeeper.admin-key=" + KEY,
                "--server.port=0",
                "--management.server.port=-1",
                "--gradkeeper.worker.back-off=0s",
                "--gradkeeper.gpu.allow-cpu-devices=true",
                "--logging.level.org.springframework.boot.tomcat=info")
            .redirectErrorStream(true)
            .start();
    BufferedReader log = service.inputReader();
    StringBuilder seen = new StringBuilder();
    for (String line; (line = log.readLine()) != null; seen.append(line).append('\n')) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        api = new Api(Integer.parseInt(port.group(1)), KEY);
        drain(log);
        return;
      }
    }
    throw new AssertionError("the service did not start:\n" + seen);
  }

  /** So that the process does not wait for somebody to read its log. */
  private static void drain(BufferedReader log) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (log.readLine() != null) {}
              } catch (IOException e) {
                // it was killed
              }
            });
  }

  /**
   * Many samples: a job takes longer than a start takes from its claim until requests are served,
   * so that it can be killed in the middle.
   */
  private static String spec(int steps) {
    return """
      {"seed": 6, "max_steps": %d,
       "dataset": {"generator": {"type": "linear_regression", "samples": 100000, "x_scale": 1}},
       "model": {"layers": [{"type": "linear", "in_features": 1, "out_features": 1}]},
       "loss": {"type": "mse"}, "optimizer": {"type": "sgd", "lr": 0.001}}
      """
        .formatted(steps);
  }

  private String submit() {
    return submit(spec(STEPS));
  }

  private String submit(String spec) {
    Api.Answer submitted = api.post("/v1/jobs", spec);
    assertThat(submitted.status()).isEqualTo(202);
    return submitted.text("/id");
  }

  private String await(String job) {
    while (true) {
      String state = api.get("/v1/jobs/" + job + "?wait=60s").text("/state");
      if (!List.of("queued", "running").contains(state)) {
        return state;
      }
    }
  }

  /** Waits until some steps of the present attempt are stored, and gives their number. */
  private long awaitSteps(String job) {
    while (true) {
      JsonNode now = api.get("/v1/jobs/" + job).json();
      assertThat(now.get("state").stringValue()).isIn("queued", "running");
      if (now.get("step").longValue() > 0) {
        return now.get("step").longValue();
      }
    }
  }

  /** The steps of an attempt, or of the effective series, as lines of CSV. */
  private List<String> stored(String job, String attempt) {
    String path = "/v1/jobs/" + job + "/metrics?series=loss,grad_norm";
    List<String> lines =
        api.send(
                api.request(attempt == null ? path : path + "&attempt=" + attempt)
                    .header("Accept", "text/csv")
                    .GET())
            .http()
            .body()
            .lines()
            .toList();
    return lines.subList(1, lines.size());
  }

  private void killPostgres() throws IOException {
    Path pidFile = home.resolve("postgres/data/postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst());
    ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
    server.destroyForcibly();
    server.onExit().join();
  }
}
