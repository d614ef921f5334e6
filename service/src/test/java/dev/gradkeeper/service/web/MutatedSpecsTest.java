package dev.gradkeeper.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.jobs.SpecMutator;
import dev.gradkeeper.service.jobs.Specs;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** With a worker, so that whatever is accepted is also tried. */
@TestPropertySource(properties = "gradkeeper.worker.slots=1")
class MutatedSpecsTest extends ServiceTest {
  private static final int SPECS = 5000;

  /** Damaged specs, a tenth of them in their text; one in eight is submitted, not only checked. */
  @Test
  void noMutatedSpecBreaksTheServiceAndAfterwardsItStillTrains() {
    SpecMutator mutator = new SpecMutator(2);
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < SPECS; i++) {
      String base = i % 2 == 0 ? Specs.REGRESSION : Specs.LAYERS;
      String spec = i % 10 == 0 ? mutator.garble(base) : mutator.mutate(base).toString();
      boolean submit = i % 8 == 0;
      Answer answer = api.post(submit ? "/v1/jobs" : "/v1/jobs/validate", spec);
      statuses.merge(answer.status(), 1, Integer::sum);

      assertThat(answer.status()).as(spec).isIn(200, 202, 400, 422);
      if (answer.status() >= 400) {
        assertThat(answer.json().get("errors")).as(spec).isNotEmpty();
        assertThat(answer.http().body())
            .as(spec)
            .doesNotContain("Exception", "dev.gradkeeper", "springframework", "jackson", "java.");
      } else if (submit) {
        String id = answer.text("/id");
        // 409: the worker was faster.
        assertThat(api.post("/v1/jobs/" + id + "/cancel", "").status()).as(spec).isIn(202, 409);
      }
    }

    // Mutations that are all refused, or none, would test little.
    assertThat(statuses.get(200)).isGreaterThan(300);
    assertThat(statuses.get(202)).isGreaterThan(40);
    assertThat(statuses.get(400)).isGreaterThan(1000);
    assertThat(statuses.get(422)).isGreaterThan(300);
    Answer good = api.post("/v1/jobs", Specs.REGRESSION);
    assertThat(good.status()).isEqualTo(202);
    Answer trained = api.get("/v1/jobs/" + good.text("/id") + "?wait=60s");
    assertThat(trained.text("/state")).isEqualTo("succeeded");
    assertThat(trained.json().get("step").longValue()).isEqualTo(1000);
  }
}
