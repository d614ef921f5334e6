package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.gradkeeper.client.ApiException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example once more on a GPU, or on PoCL, which runs a GPU's kernels on the processor. */
class GpuExamplesTest extends ExamplesTest {
  private static final int WINDOW = 50;

  GpuExamplesTest(PackagedService service) {
    super(service);
  }

  @BeforeEach
  void needsAGpu() throws IOException, InterruptedException {
    Gpu.require(service);
  }

  @Override
  String spec(String example, String dataset) {
    String onCpu = super.spec(example, dataset);
    String onGpu = onCpu.replaceFirst("\\{", "{\"device\": \"gpu\", ");
    return onGpu.replaceFirst("\"device\": \"cpu\",", "");
  }

  /** Over 500 steps, and twice the same bits. */
  @Test
  void theTutorialNetworkTrainsAsOnTheCpu(@TempDir Path folder) throws ApiException, IOException {
    String onGpu =
        spec("cifar10-lenet", upload(folder)).replace("\"epochs\": 2", "\"max_steps\": 500");
    TrainedJob gpu = TrainedJob.train(service, onGpu);
    TrainedJob cpu = TrainedJob.train(service, onGpu.replace("\"gpu\"", "\"cpu\""));

    assertThat(gpu.loss()).hasSize(500);
    assertClose(gpu.loss().subList(0, WINDOW), cpu.loss().subList(0, WINDOW), 1e-3);
    for (int from = WINDOW; from < 500; from += WINDOW) {
      assertThat(mean(gpu.loss(), from))
          .as("mean loss of steps %d to %d", from + 1, from + WINDOW)
          .isCloseTo(mean(cpu.loss(), from), withinPercentage(1));
    }
    TrainedJob again = TrainedJob.train(service, onGpu);
    assertThat(again.loss()).isEqualTo(gpu.loss());
    assertThat(again.gradNorm()).isEqualTo(gpu.gradNorm());
  }

  private static double mean(List<Double> loss, int from) {
    return loss.subList(from, from + WINDOW).stream().mapToDouble(x -> x).average().orElseThrow();
  }
}
