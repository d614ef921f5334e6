package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.io.SafeTensorsException;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.train.TrainingResult.Outcome;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that is restored from any micro-batch goes on to the bits of the undisturbed one. */
class CheckpointTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.gradkeeper.engine.train.PlannedStepTest#specs")
  void goesOnToTheSameBits(String name, TrainingSpec spec) throws SafeTensorsException {
    Recording whole = new Recording();
    Map<String, float[]> weights = train(spec, whole, null, Integer.MAX_VALUE);

    for (int cut : List.of(1, 3, 4, 7, 18)) {
      Recording series = new Recording();
      train(spec, series, null, cut);
      Map<String, float[]> resumed = train(spec, series, series.checkpoint, Integer.MAX_VALUE);

      assertThat(series.steps).as("cut after micro-batch %d", cut).isEqualTo(whole.steps);
      resumed.forEach((parameter, values) -> assertThat(values).isEqualTo(weights.get(parameter)));
    }
  }

  @Test
  void patienceGoesOn() throws SafeTensorsException {
    TrainingSpec spec = PlannedStepTest.images(ZeroGrad.EACH_UPDATE, 1);
    spec = with(spec, new EvaluationSpec("train", 2));
    StopSpec.EarlyStopping early = new StopSpec.EarlyStopping(StopSpec.Metric.EVAL_LOSS, 3, 1e9);
    spec = with(spec, new StopSpec(10, null, null, null, early));

    Recording series = new Recording();
    train(spec, series, null, 6);
    train(spec, series, series.checkpoint, Integer.MAX_VALUE);

    assertThat(series.steps).as("one best evaluation and three without improvement").hasSize(8);
    assertThat(series.result.outcome()).isEqualTo(Outcome.EARLY_STOPPED);
  }

  @Test
  void theSameStateIsTheSameFile() throws SafeTensorsException {
    TrainingSpec spec = PlannedStepTest.images(ZeroGrad.NEVER, 3);
    Recording first = new Recording();
    Recording second = new Recording();
    train(spec, first, null, 4);
    train(spec, second, null, 4);
    assertThat(Arrays.equals(first.checkpoint, second.checkpoint)).isTrue();
  }

  @Test
  void aFileThatIsNoCheckpointIsRefused() {
    assertThatThrownBy(() -> Checkpoint.read(ByteBuffer.wrap(new byte[20])))
        .isInstanceOf(SafeTensorsException.class);
  }

  @Test
  void anotherModelsCheckpointIsRefused() throws SafeTensorsException {
    Recording series = new Recording();
    train(PlannedStepTest.images(ZeroGrad.NEVER, 1), series, null, 2);
    Checkpoint checkpoint = Checkpoint.read(ByteBuffer.wrap(series.checkpoint));
    TrainingRun other = new TrainingRun(Specs.linearRegression(ZeroGrad.NEVER), StoredImages.NONE);

    assertThatThrownBy(() -> other.restore(checkpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.weight");
  }

  private static Map<String, float[]> train(
      TrainingSpec spec, Recording series, byte[] from, int microBatches)
      throws SafeTensorsException {
    TrainingRun run = new TrainingRun(spec, StoredImages.NONE, CpuDevice.get(), () -> 0);
    if (from != null) {
      run.restore(Checkpoint.read(ByteBuffer.wrap(from)));
    }
    series.microBatches = microBatches;
    series.result = run.run(series, () -> series.microBatches == 0);
    Map<String, float[]> weights = new LinkedHashMap<>();
    run.parameters().forEach((name, tensor) -> weights.put(name, tensor.toFloatArray()));
    return weights;
  }

  /** Keeps the bits of each step, and the checkpoint after the last micro-batch it lets through. */
  private static final class Recording implements TrainingListener {
    final List<List<Number>> steps = new ArrayList<>();
    int microBatches;
    byte[] checkpoint;
    TrainingResult result;

    @Override
    public void onStep(
        long step, int epoch, float loss, float gradNorm, double lr, float gradNormClipped) {
      steps.add(List.of(step, epoch, loss, gradNorm, lr, gradNormClipped));
    }

    @Override
    public void onMicroBatchEnd(TrainingRun run) {
      if (--microBatches == 0) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
          run.checkpoint().write(out);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        checkpoint = out.toByteArray();
      }
    }
  }
}
