package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gradkeeper.client.ApiException;
import dev.gradkeeper.client.api.DatasetsApi;
import dev.gradkeeper.client.model.Dataset;
import dev.gradkeeper.client.model.DatasetFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file of {@code examples/} gives over REST the figures that PyTorch gave for the system. */
@ExtendWith(PackagedService.Extension.class)
class ExamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SAMPLES_OF_THE_LINEAR_MAP = 40;

  final PackagedService service;

  ExamplesTest(PackagedService service) {
    this.service = service;
  }

  @Test
  void linearRegressionSettles() throws ApiException, IOException {
    TrainedJob job = train("linear-regression");

    assertThat(job.loss()).hasSize(1000);
    assertThat(job.loss().getFirst()).isCloseTo(83.8424, within(5e-5));
    assertThat(job.loss().getLast()).isCloseTo(0.8316, within(5e-5));
    assertThat(job.gradNorm().get(0)).isCloseTo(75.6746, within(5e-5));
    assertThat(job.gradNorm().get(1)).isCloseTo(49.0037, within(5e-5));
    assertThat(job.loss()).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(job.parameter("0.weight").getFirst()).isCloseTo(2.1000f, within(5e-5f));
    assertThat(job.parameter("0.bias").getFirst()).isCloseTo(4.2065f, within(5e-5f));
  }

  @Test
  void linearRegressionWhoseGradientsAreNeverZeroedOscillates() throws ApiException, IOException {
    TrainedJob job = train("linear-regression-never-zeroed");

    assertThat(job.loss()).hasSize(1000);
    assertThat(job.gradNorm().get(1))
        .as("the sum of two gradients")
        .isCloseTo(124.6779, within(5e-5));
    assertThat(Collections.min(job.loss())).isCloseTo(0.7549, within(5e-4));
    assertThat(Collections.max(job.loss())).isCloseTo(91.69, within(5e-2));
    List<Double> end = job.loss().subList(900, 1000);
    assertThat(Collections.max(end)).as("it has not settled").isGreaterThan(10);
  }

  @Test
  void linearRegressionStopsWhenItsLossIsBelowOne() throws ApiException, IOException {
    TrainedJob job = train("linear-regression-stop");

    assertThat(job.loss()).hasSize(675);
    assertThat(job.loss().getLast()).isCloseTo(0.99945, within(5e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "adam-per-sample, adam_zeroed",
    "adam-per-sample-never-zeroed, adam_never_zeroed",
    "vanilla-descent, sgd_zeroed",
    "vanilla-descent-never-zeroed, sgd_never_zeroed",
    "maximize, sgd_maximize_negated"
  })
  void aLinearMapSampleBySample(String example, String reference) throws ApiException, IOException {
    JsonNode golden = golden("per-sample.json").get(reference);
    TrainedJob job = train(example);

    assertThat(job.loss()).hasSize(10 * SAMPLES_OF_THE_LINEAR_MAP);
    assertClose(job.loss().subList(0, 80), doubles(golden.get("loss_first_80")), 0.01);
    assertClose(job.gradNorm().subList(0, 80), doubles(golden.get("grad_norm_first_80")), 0.01);
    assertClose(
        job.epochMeans(SAMPLES_OF_THE_LINEAR_MAP), doubles(golden.get("epoch_mean_loss")), 0.01);
  }

  @Test
  void fullBatchDescentReachesTheClosedForm() throws ApiException, IOException {
    TrainedJob job = train("full-batch-descent");

    assertThat(job.loss()).hasSize(50_000);
    List<Double> solution = doubles(golden("full-batch.json").get("closed_form"));
    List<Float> weights = job.parameter("0.weight");
    assertThat(weights).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat((double) weights.get(i)).isCloseTo(solution.get(i), within(1e-3));
    }
  }

  @Test
  void theTutorialNetworkAndItsAccumulatedTwinFollowPyTorch(@TempDir Path folder)
      throws ApiException, IOException {
    String dataset = upload(folder);
    JsonNode golden = golden("lenet-cifar10.json");

    TrainedJob lenet =
        TrainedJob.train(
            service, spec("cifar10-lenet", dataset).replace("\"epochs\": 2", "\"max_steps\": 200"));
    assertFollows(
        lenet, doubles(golden.at("/zero_0/loss")), doubles(golden.at("/zero_0/grad_norm")), 50);

    TrainedJob accumulated =
        TrainedJob.train(
            service,
            spec("gradient-accumulation", dataset)
                .replace("\"max_steps\": 250", "\"max_steps\": 25"));
    List<Double> micro = doubles(golden.at("/acc8_0/loss"));
    List<Double> growing = doubles(golden.at("/acc8_0/grad_norm"));
    assertFollows(
        accumulated,
        Stream.iterate(0, i -> i + 8).limit(25).map(i -> sum(micro.subList(i, i + 8))).toList(),
        Stream.iterate(7, i -> i + 8).limit(25).map(growing::get).toList(),
        6);
  }

  /** Losses within 1e-5 and norms within 1e-4 at first; 2e-3 and 5e-2 after a max-pool tie. */
  private static void assertFollows(
      TrainedJob job, List<Double> loss, List<Double> gradNorm, int early) {
    assertThat(job.loss()).hasSameSizeAs(loss);
    assertClose(job.loss().subList(0, early), loss.subList(0, early), 1e-3);
    assertClose(job.gradNorm().subList(0, early), gradNorm.subList(0, early), 1e-2);
    assertClose(job.loss(), loss, 0.2);
    assertClose(job.gradNorm(), gradNorm, 5);
  }

  static void assertClose(List<Double> actual, List<Double> expected, double percent) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i))
          .as("entry %d", i)
          .isCloseTo(expected.get(i), withinPercentage(percent));
    }
  }

  final TrainedJob train(String example) throws ApiException {
    return TrainedJob.train(service, spec(example, ""));
  }

  /** The example's file, for a dataset that was uploaded. */
  String spec(String example, String dataset) {
    return Repository.text("examples/" + example + ".json").replace("${DATASET}", dataset);
  }

  final String upload(Path folder) throws ApiException, IOException {
    Path file = folder.resolve("images.zip");
    GoldenImageFolder.write(file);
    Dataset stored =
        new DatasetsApi(service.client())
            .uploadDataset("golden", DatasetFormat.IMAGE_FOLDER, file.toFile());
    assertThat(stored.getSplits().get("train").getSamples()).isEqualTo(50_000);
    return stored.getId();
  }

  private static JsonNode golden(String name) throws IOException {
    return JSON.readTree(
        Files.readString(Repository.path("engine/core/src/test/resources/golden/" + name)));
  }

  private static List<Double> doubles(JsonNode array) {
    return array.valueStream().map(JsonNode::doubleValue).toList();
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(x -> x).sum();
  }
}
