package dev.gradkeeper.endtoend;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gradkeeper.client.ApiClient;
import dev.gradkeeper.client.ApiException;
import dev.gradkeeper.client.api.ArtifactsApi;
import dev.gradkeeper.client.api.JobsApi;
import dev.gradkeeper.client.api.MetricsApi;
import dev.gradkeeper.client.model.Aggregation;
import dev.gradkeeper.client.model.Job;
import dev.gradkeeper.client.model.JobState;
import dev.gradkeeper.client.model.Metrics;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A job that has succeeded, and what it recorded.
 *
 * @param loss of every step, from 1
 * @param gradNorm of every step, from 1
 */
record TrainedJob(ApiClient client, Job job, List<Double> loss, List<Double> gradNorm) {

  /** Submits a spec as it stands in its file, and waits until it has succeeded. */
  static TrainedJob train(PackagedService service, String spec) throws ApiException {
    ApiClient client = service.client();
    Job job = run(service, spec);
    assertThat(job.getState()).as("%s", job).isEqualTo(JobState.SUCCEEDED);

    Metrics metrics =
        new MetricsApi(client)
            .getMetrics(job.getId(), null, null, null, 100_000, Aggregation.RAW, null, null);
    assertThat(metrics.getSteps()).hasSize(Math.toIntExact(job.getStep()));
    return new TrainedJob(
        client, job, metrics.getSeries().get("loss"), metrics.getSeries().get("grad_norm"));
  }

  /** Submits a spec as it stands in its file, and waits until the job has ended. */
  static Job run(PackagedService service, String spec) throws ApiException {
    JobsApi jobs = new JobsApi(service.client());
    String id = submit(service, spec);
    Job job;
    do {
      job = jobs.getJob(id, "60s");
    } while (List.of(JobState.QUEUED, JobState.RUNNING).contains(job.getState()));
    return job;
  }

  private static String submit(PackagedService service, String spec) {
    HttpRequest request =
        HttpRequest.newBuilder(service.url().resolve("/v1/jobs"))
            .header("Authorization", "Bearer " + service.key())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(spec))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
      String location = response.headers().firstValue("Location").orElseThrow();
      return location.substring(location.lastIndexOf('/') + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The mean loss of each epoch. */
  List<Double> epochMeans(int stepsPerEpoch) {
    return IntStream.range(0, loss.size() / stepsPerEpoch)
        .mapToObj(epoch -> loss.subList(epoch * stepsPerEpoch, (epoch + 1) * stepsPerEpoch))
        .map(steps -> steps.stream().mapToDouble(x -> x).average().orElseThrow())
        .toList();
  }

  /** A trained parameter of a linear layer, from {@code model.safetensors}. */
  List<Float> parameter(String name) throws ApiException, IOException {
    File file = new ArtifactsApi(client).getArtifact(job.getId(), "model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file.toPath())).order(LITTLE_ENDIAN);
    Files.delete(file.toPath());
    int headerLength = Math.toIntExact(bytes.getLong());
    byte[] header = new byte[headerLength];
    bytes.get(header);
    JsonNode tensor = new ObjectMapper().readTree(header).get(name);
    assertThat(tensor.get("dtype").asText()).isEqualTo("F32");
    JsonNode offsets = tensor.get("data_offsets");
    int start = Long.BYTES + headerLength;
    return IntStream.iterate(
            offsets.get(0).asInt(), at -> at < offsets.get(1).asInt(), at -> at + Float.BYTES)
        .mapToObj(at -> bytes.getFloat(start + at))
        .toList();
  }
}
