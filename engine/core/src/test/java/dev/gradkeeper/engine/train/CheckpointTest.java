package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.with;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that is restored from any micro-batch goes on to the bits of the undisturbed one. */
class CheckpointTest {
  private static final EvaluationSpec EVERY_TWO_STEPS = new EvaluationSpec("train", 2);

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.gradkeeper.engine.train.StepSpecs#specs")
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
    TrainingSpec spec = StepSpecs.images(ZeroGrad.EACH_UPDATE, 1);
    spec = with(spec, EVERY_TWO_STEPS);
    StopSpec.EarlyStopping early = new StopSpec.EarlyStopping(StopSpec.Metric.EVAL_LOSS, 3, 1e9);
    spec = with(spec, new StopSpec(10, null, null, null, early));

    Recording series = new Recording();
    train(spec, series, null, 6);
    train(spec, series, series.checkpoint, Integer.MAX_VALUE);

    assertThat(series.steps).as("one best evaluation and three without improvement").hasSize(8);
    assertThat(series.result.outcome()).isEqualTo(Outcome.EARLY_STOPPED);
  }

  @Test
  void anEvaluationThatWasStoppedIsMadeWhenTheRunGoesOn() throws SafeTensorsException {
    TrainingSpec spec = with(StepSpecs.images(ZeroGrad.EACH_UPDATE, 1), EVERY_TWO_STEPS);
    Recording whole = new Recording();
    train(spec, whole, null, Integer.MAX_VALUE);

    Recording series = new Recording();
    TrainingRun run = new TrainingRun(spec, StoredImages.NONE, CpuDevice.get(), () -> 0);
    run.run(series, () -> series.steps.size() == 4 && series.values.size() < whole.valuesUpTo(4));
    byte[] stopped = bytes(run);
    assertThat(series.values).hasSize(whole.valuesUpTo(2));
    train(spec, series, stopped, Integer.MAX_VALUE);

    assertThat(series.steps).isEqualTo(whole.steps);
    assertThat(series.values).isEqualTo(whole.values);
  }

  @Test
  void aRunThatHadEndedButForItsLastEvaluationMakesThatAlone() throws SafeTensorsException {
    TrainingSpec spec =
        with(StepSpecs.images(ZeroGrad.EACH_UPDATE, 1), new EvaluationSpec("train", null));
    Recording whole = new Recording();
    TrainingResult completed = resultOf(spec, whole);

    Recording series = new Recording();
    TrainingRun run = new TrainingRun(spec, StoredImages.NONE, CpuDevice.get(), () -> 0);
    TrainingResult result = run.run(series, () -> series.steps.size() == completed.steps());
    assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(series.values).isEmpty();
    train(spec, series, bytes(run), Integer.MAX_VALUE);

    assertThat(series.result).isEqualTo(completed);
    assertThat(series.steps).isEqualTo(whole.steps);
    assertThat(series.values).isEqualTo(whole.values).isNotEmpty();
  }

  @Test
  void aRunThatWasStoppedTwiceInTheSamePlaceIsInTheSamePlace() throws SafeTensorsException {
    TrainingSpec spec = StepSpecs.images(ZeroGrad.EACH_UPDATE, 3);
    Recording series = new Recording();
    train(spec, series, null, 5);
    TrainingRun run = new TrainingRun(spec, StoredImages.NONE, CpuDevice.get(), () -> 0);
    run.restore(Checkpoint.read(ByteBuffer.wrap(series.checkpoint)));
    run.run(series, () -> true);
    assertThat(bytes(run)).isEqualTo(series.checkpoint);
  }

  @Test
  void theLengthOfARunDoesNotDependOnWhereItGoesOn() throws SafeTensorsException {
    TrainingSpec spec = StepSpecs.images(ZeroGrad.EACH_UPDATE, 3);
    TrainingRun whole = new TrainingRun(spec, StoredImages.NONE);
    for (int cut = 1; cut < 20; cut++) {
      Recording series = new Recording();
      train(spec, series, null, cut);
      TrainingRun run = new TrainingRun(spec, StoredImages.NONE);
      run.restore(Checkpoint.read(ByteBuffer.wrap(series.checkpoint)));
      assertThat(run.totalSteps()).as("cut after %d", cut).isEqualTo(whole.totalSteps());
    }
  }

  @Test
  void aHeaderWithAFlippedBitIsRefusedInNoOtherWay() throws SafeTensorsException {
    Recording series = new Recording();
    train(StepSpecs.images(ZeroGrad.EACH_UPDATE, 3), series, null, 4);
    Random random = new Random(1);
    int refused = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] broken = series.checkpoint.clone();
      int header = 8 + (int) ByteBuffer.wrap(broken).order(ByteOrder.LITTLE_ENDIAN).getLong();
      broken[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
      try {
        Checkpoint.read(ByteBuffer.wrap(broken));
      } catch (SafeTensorsException e) {
        refused++;
      }
    }
    assertThat(refused).as("and nothing but a SafeTensorsException was thrown").isPositive();
  }

  @Test
  void anotherVersionOfTheFormatIsRefused() throws SafeTensorsException {
    Recording series = new Recording();
    train(StepSpecs.images(ZeroGrad.EACH_UPDATE, 3), series, null, 4);
    byte[] other =
        new String(series.checkpoint, ISO_8859_1)
            .replace("gradkeeper-checkpoint-1", "gradkeeper-checkpoint-2")
            .getBytes(ISO_8859_1);
    assertThatThrownBy(() -> Checkpoint.read(ByteBuffer.wrap(other)))
        .hasMessageContaining("gradkeeper-checkpoint-2")
        .isInstanceOf(SafeTensorsException.class);
  }

  @Test
  void theSameStateIsTheSameFile() throws SafeTensorsException {
    TrainingSpec spec = StepSpecs.images(ZeroGrad.NEVER, 3);
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
    train(StepSpecs.images(ZeroGrad.NEVER, 1), series, null, 2);
    Checkpoint checkpoint = Checkpoint.read(ByteBuffer.wrap(series.checkpoint));
    TrainingRun other = new TrainingRun(Specs.linearRegression(ZeroGrad.NEVER), StoredImages.NONE);

    assertThatThrownBy(() -> other.restore(checkpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.weight");
  }

  private static TrainingResult resultOf(TrainingSpec spec, Recording series)
      throws SafeTensorsException {
    train(spec, series, null, Integer.MAX_VALUE);
    return series.result;
  }

  private static byte[] bytes(TrainingRun run) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      run.checkpoint().write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
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
    final List<List<Object>> values = new ArrayList<>();

    int valuesUpTo(long step) {
      return (int) values.stream().filter(value -> (long) value.get(1) <= step).count();
    }

    @Override
    public void onValue(String name, long step, double value) {
      values.add(List.of(name, step, value));
    }

    @Override
    public void onStep(
        long step, int epoch, float loss, float gradNorm, double lr, float gradNormClipped) {
      steps.add(List.of(step, epoch, loss, gradNorm, lr, gradNormClipped));
    }

    @Override
    public void onMicroBatchEnd(TrainingRun run) {
      if (--microBatches == 0) {
        checkpoint = bytes(run);
      }
    }
  }
}
