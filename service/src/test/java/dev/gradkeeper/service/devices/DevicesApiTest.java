package dev.gradkeeper.service.devices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.jobs.Specs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Which devices there are, and what that means for a job that names one. */
class DevicesApiTest extends ServiceTest {
  private static final long GIB = 1L << 30;

  @Autowired private JdbcClient jdbc;

  @AfterEach
  void deleteAll() {
    jdbc.sql("DELETE FROM job").update();
    jdbc.sql("DELETE FROM worker").update();
  }

  private void worker(String id, long gpuBytes) {
    jdbc.sql(
            "INSERT INTO worker (id, host, version, slots, memory_bytes) VALUES (?, 'here', '1', 2, ?)")
        .params(id, GIB)
        .update();
    device(id, "cpu", "cpu", GIB);
    if (gpuBytes > 0) {
      device(id, "gpu:0", "gpu", gpuBytes);
    }
  }

  private void device(String worker, String name, String type, long bytes) {
    jdbc.sql("INSERT INTO worker_device VALUES (?, ?, ?, 'a model', 'a driver 1.0', ?, ?)")
        .params(worker, name, type, bytes * 2, bytes)
        .update();
  }

  private static String on(String device) {
    return Specs.REGRESSION.replace("\"seed\"", "\"device\": \"" + device + "\", \"seed\"");
  }

  @Test
  void withoutAGpuAutoIsTheCpuAndGpuIsRefused() {
    worker("w1", 0);
    assertThat(api.post("/v1/jobs", on("auto")).text("/spec/device")).isEqualTo("cpu");
    assertThat(api.post("/v1/jobs", Specs.REGRESSION).text("/spec/device")).isEqualTo("cpu");

    Answer refused = api.post("/v1/jobs", on("gpu"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/device");
    assertThat(refused.text("/errors/0/code")).isEqualTo("no_device");
    assertThat(refused.text("/errors/0/detail")).contains("No worker has a GPU");
  }

  @Test
  void withAGpuAutoIsTheGpuAndStaysIt() {
    worker("w1", 0);
    worker("w2", GIB);
    String id = api.post("/v1/jobs", on("auto")).text("/id");
    assertThat(api.post("/v1/jobs", on("gpu")).status()).isEqualTo(202);
    assertThat(api.post("/v1/jobs", Specs.REGRESSION).text("/spec/device")).isEqualTo("cpu");

    jdbc.sql("UPDATE worker SET stopped_at = now() WHERE id = 'w2'").update();
    assertThat(api.get("/v1/jobs/" + id).text("/spec/device")).isEqualTo("gpu");
    assertThat(api.post("/v1/jobs", on("gpu")).status()).isEqualTo(422);
  }

  @Test
  void aJobThatFitsOnNoGpuIsRefused() {
    worker("w1", 1 << 20);
    Answer refused = api.post("/v1/jobs", on("gpu"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/device");
    assertThat(refused.text("/errors/0/code")).isEqualTo("too_much_memory");
    assertThat(refused.text("/errors/0/detail"))
        .contains("largest GPU has 1 MiB")
        .contains("or use `cpu`");
    assertThat(api.post("/v1/jobs", Specs.REGRESSION).status()).isEqualTo(202);
  }

  @Test
  void devicesAreListedWithWhatRunsOnThem() {
    worker("w1", GIB);
    String id = api.post("/v1/jobs", on("gpu")).text("/id");
    jdbc.sql(
            "UPDATE job SET state = 'running', attempt = 1, worker_id = 'w1', started_at = now(),"
                + " lease_until = now() + interval '1 hour' WHERE id = ?")
        .params(id)
        .update();
    jdbc.sql(
            "INSERT INTO job_attempt (job_id, attempt, from_step, worker_id, device)"
                + " VALUES (?, 1, 0, 'w1', 'gpu:0')")
        .params(id)
        .update();

    JsonNode devices = api.get("/v1/devices").json().get("items");
    assertThat(devices).hasSize(2);
    assertThat(devices.get(0).get("name").stringValue()).isEqualTo("cpu");
    assertThat(devices.get(0).get("running_jobs").intValue()).isZero();
    assertThat(devices.get(1).toString())
        .isEqualTo(
            """
            {"name":"gpu:0","worker":"w1","type":"gpu","model":"a model","driver":"a driver 1.0",\
            "memory_bytes":2147483648,"limit_bytes":1073741824,"running_jobs":1}""");
  }

  @Test
  void workersAreListedUntilTheySignOff() {
    worker("w1", 0);
    worker("w2", GIB);
    jdbc.sql("UPDATE worker SET heartbeat_at = now() - interval '5 minutes' WHERE id = 'w2'")
        .update();
    JsonNode workers = api.get("/v1/workers").json().get("items");
    assertThat(workers).hasSize(2);
    assertThat(workers.valueStream().map(w -> w.get("id").stringValue() + w.get("state")))
        .containsExactlyInAnyOrder("w1\"online\"", "w2\"lost\"");
    assertThat(workers.get(0).get("slots").intValue()).isEqualTo(2);
    assertThat(api.get("/v1/devices").json().get("items")).hasSize(1);

    jdbc.sql("UPDATE worker SET stopped_at = now()").update();
    assertThat(api.get("/v1/workers").json().get("items")).isEmpty();
  }

  @Test
  void aKeyIsNeeded() {
    assertThat(api.as(null).get("/v1/devices").status()).isEqualTo(401);
    assertThat(api.as(null).get("/v1/workers").status()).isEqualTo(401);
  }
}
