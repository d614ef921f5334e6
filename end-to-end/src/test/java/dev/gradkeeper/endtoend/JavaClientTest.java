package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.client.ApiClient;
import dev.gradkeeper.client.ApiException;
import dev.gradkeeper.client.api.JobsApi;
import dev.gradkeeper.client.api.MetricsApi;
import dev.gradkeeper.client.model.Aggregation;
import dev.gradkeeper.client.model.DatasetSpec;
import dev.gradkeeper.client.model.Generator;
import dev.gradkeeper.client.model.Init;
import dev.gradkeeper.client.model.Job;
import dev.gradkeeper.client.model.JobSpec;
import dev.gradkeeper.client.model.JobState;
import dev.gradkeeper.client.model.Layer;
import dev.gradkeeper.client.model.LayerInit;
import dev.gradkeeper.client.model.Linear;
import dev.gradkeeper.client.model.Loss;
import dev.gradkeeper.client.model.Metrics;
import dev.gradkeeper.client.model.Model;
import dev.gradkeeper.client.model.MseLoss;
import dev.gradkeeper.client.model.NormalInit;
import dev.gradkeeper.client.model.Optimizer;
import dev.gradkeeper.client.model.Sgd;
import dev.gradkeeper.client.model.ZerosInit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The generated Java client against the packaged service. */
@ExtendWith(PackagedService.Extension.class)
class JavaClientTest {
  private final ApiClient client;

  JavaClientTest(PackagedService service) {
    client = service.client();
  }

  @Test
  void submitsAJobWaitsAndReadsItsMetrics() throws ApiException {
    var jobs = new JobsApi(client);
    Job submitted = jobs.submitJob(linearRegression().maxSteps(1000L), "from-java");
    assertThat(jobs.submitJob(linearRegression().maxSteps(1000L), "from-java").getId())
        .as("the same Idempotency-Key")
        .isEqualTo(submitted.getId());

    Job finished = jobs.getJob(submitted.getId(), "60s");
    assertThat(finished.getState()).isEqualTo(JobState.SUCCEEDED);
    assertThat(finished.getStep()).isEqualTo(1000);
    assertThat(finished.getSpec().getOptimizer().getSgd().getMomentum())
        .as("a default, filled in")
        .isZero();

    Metrics metrics =
        new MetricsApi(client)
            .getMetrics(
                submitted.getId(),
                List.of("loss", "grad_norm"),
                null,
                null,
                null,
                Aggregation.RAW,
                null,
                null);
    assertThat(metrics.getSteps()).hasSize(1000).startsWith(1L).endsWith(1000L);
    assertThat(metrics.getSeries().get("loss").getFirst()).isCloseTo(83.8424, within(5e-5));
    assertThat(metrics.getSeries().get("loss").getLast()).isCloseTo(0.8316, within(5e-5));
    assertThat(metrics.getSeries().get("grad_norm").get(0)).isCloseTo(75.6746, within(5e-5));
    assertThat(metrics.getSeries().get("grad_norm").get(1)).isCloseTo(49.0037, within(5e-5));
  }

  @Test
  void aWrongFieldIsNamedByItsPointer() {
    assertThatThrownBy(() -> new JobsApi(client).submitJob(linearRegression().maxSteps(0L), null))
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.getCode()).isIn(400, 422);
              assertThat(refused.getResponseBody()).contains("\"/max_steps\"");
            });
  }

  private static JobSpec linearRegression() {
    var data =
        new Generator()
            .type("linear_regression")
            .samples(20)
            .xScale(10.0)
            .weight(2.0)
            .bias(5.0)
            .noise(1.0);
    var init =
        new LayerInit()
            .weight(new Init(new NormalInit().type("normal").mean(0.0).std(1.0)))
            .bias(new Init(new ZerosInit().type("zeros")));
    var layer = new Linear().type("linear").inFeatures(1).outFeatures(1).init(init);
    return new JobSpec()
        .name("from-java")
        .seed(6L)
        .dataset(new DatasetSpec().generator(data))
        .model(new Model().addLayersItem(new Layer(layer)))
        .loss(new Loss(new MseLoss().type("mse").scale(0.5)))
        .optimizer(new Optimizer(new Sgd().type("sgd").lr(0.01)));
  }
}
