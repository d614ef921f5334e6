package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.client.ApiException;
import dev.gradkeeper.client.model.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** GPU jobs leave nothing behind, on the device, in the heap or beside it, however they end. */
@ExtendWith(PackagedService.Extension.class)
class GpuMemoryTest {
  /** Until the compilers and the allocators have what they keep. */
  private static final int WARM_UP = 100;

  private static final int JOBS = 200;

  /** Weights, their gradients and Adam's two moments: 16 bytes for each of a million parameters. */
  private static final String SPEC =
      """
      {"device": "gpu", "max_steps": 3, "seed": 1,
       "dataset": {"generator": {"type": "linear_regression", "samples": 16}},
       "model": {"layers": [{"type": "linear", "in_features": 1, "out_features": 1024}, {"type": "relu"},
                            {"type": "linear", "in_features": 1024, "out_features": 1024}, {"type": "relu"},
                            {"type": "linear", "in_features": 1024, "out_features": 1}]},
       "loss": {"type": "mse"}, "optimizer": {"type": "adam", "lr": %s}}
      """;

  private static final long KIBIBYTE = 1 << 10;
  private static final long MEBIBYTE = 1 << 20;

  private final PackagedService service;

  GpuMemoryTest(PackagedService service) {
    this.service = service;
  }

  /** One job in ten fails on the device, because its loss is no number any more. */
  @Test
  void memoryIsFlatOverTwoHundredJobs() throws Exception {
    Gpu.require(service);
    runJobs(WARM_UP);
    long device = metric("gradkeeper_device_memory_used\\{[^}]*}");
    long heap = heap();
    long beside = besideTheHeap();

    runJobs(JOBS);

    assertThat(metric("gradkeeper_device_memory_used\\{[^}]*}")).isEqualTo(device);
    assertThat(heap() - heap).as("bytes more in the heap").isLessThan(64 * MEBIBYTE);
    assertThat(besideTheHeap() - beside).as("bytes more beside the heap").isLessThan(96 * MEBIBYTE);
  }

  private void runJobs(int number) throws ApiException {
    for (int i = 0; i < number; i++) {
      boolean fails = i % 10 == 9;
      assertThat(TrainedJob.run(service, SPEC.formatted(fails ? "1000000" : "0.001")).getState())
          .isEqualTo(fails ? JobState.FAILED : JobState.SUCCEEDED);
    }
  }

  private long metric(String name) throws IOException, InterruptedException {
    Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(service.scrape());
    assertThat(line.find()).as(name).isTrue();
    return (long) Double.parseDouble(line.group(1));
  }

  /** What is live in it. */
  private long heap() throws IOException, InterruptedException {
    jcmd("GC.run");
    return heap("used");
  }

  private long heap(String measure) throws IOException, InterruptedException {
    Matcher line =
        Pattern.compile("(?m)^jvm_memory_" + measure + "_bytes\\{area=\"heap\",[^}]*} (\\S+)$")
            .matcher(service.scrape());
    return (long) line.results().mapToDouble(result -> Double.parseDouble(result.group(1))).sum();
  }

  /** Memory of the process without its files and its heap, free pieces given back before. */
  private long besideTheHeap() throws IOException, InterruptedException {
    jcmd("System.trim_native_heap");
    Matcher anonymous =
        Pattern.compile("(?m)^RssAnon:\\s+(\\d+) kB$")
            .matcher(Files.readString(Path.of("/proc/" + service.pid() + "/status")));
    assertThat(anonymous.find()).isTrue();
    return Long.parseLong(anonymous.group(1)) * KIBIBYTE - heap("committed");
  }

  private void jcmd(String command) throws IOException, InterruptedException {
    String jcmd = Path.of(PackagedService.java()).resolveSibling("jcmd").toString();
    Command run = Command.run(Map.of(), List.of(jcmd, Long.toString(service.pid()), command));
    assertThat(run.exitCode()).as(run.output()).isZero();
  }
}
