package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.linear;
import static dev.gradkeeper.engine.train.spec.Specs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.train.TrainingResult.Outcome;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.OnNonfinite;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.InitSpec;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.RecordSpec;
import dev.gradkeeper.engine.train.spec.ScheduleSpec;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrainingRunTest {
  private static final RecordSpec EVERYTHING = new RecordSpec(true, true, true);

  /** The published figures of the system: seed 6, 20 points, half the mean squared error. */
  @Test
  void linearRegressionGivesThePublishedGradients() {
    TrainingRun run = run(with(Specs.linearRegression(ZeroGrad.EACH_UPDATE), EVERYTHING));
    SeriesListener series = new SeriesListener();
    TrainingResult result = run.run(series, () -> false);

    assertThat(result).isEqualTo(new TrainingResult(Outcome.COMPLETED, 1000, 1000));
    assertThat(series.values.get("grad/0.weight.0").get(1L)).isCloseTo(-74.6261, offset(1e-4));
    assertThat(series.values.get("grad/0.weight.0").get(2L)).isCloseTo(-48.2813, offset(1e-4));
    assertThat(series.values.get("grad/0.bias.0").get(1L)).isCloseTo(-12.5532, offset(1e-4));
    assertThat(series.values.get("grad/0.bias.0").get(2L)).isCloseTo(-8.3831, offset(1e-4));
    assertThat(series.gradNorm.get(0)).isCloseTo(75.6746f, offset(1e-4f));
    assertThat(series.gradNorm.get(1)).isCloseTo(49.0037f, offset(1e-4f));
    assertThat(series.loss.getFirst()).isCloseTo(83.8424f, offset(1e-4f));
    assertThat(series.loss.getLast()).isCloseTo(0.8316f, offset(1e-4f));
    assertThat(run.parameters().get("0.weight").item()).isCloseTo(2.1000, offset(1e-4));
    assertThat(run.parameters().get("0.bias").item()).isCloseTo(4.2065, offset(1e-4));
    assertThat(series.values.get("param/0.weight.0").get(1000L))
        .isEqualTo(run.parameters().get("0.weight").item());
  }

  @Test
  void neverZeroedGradientsMakeTheLossOscillate() {
    SeriesListener series = new SeriesListener();
    run(with(Specs.linearRegression(ZeroGrad.NEVER), EVERYTHING)).run(series, () -> false);

    assertThat(series.values.get("grad/0.weight.0").get(2L)).isCloseTo(-122.9075, offset(1e-4));
    assertThat(series.values.get("grad/0.bias.0").get(2L)).isCloseTo(-20.9364, offset(1e-4));
    assertThat(series.gradNorm.get(1)).isCloseTo(124.6779f, offset(1e-4f));
    assertThat(series.loss).hasSize(1000);
    assertThat(min(series)).isCloseTo(0.7549, offset(5e-4));
    assertThat(max(series)).isCloseTo(91.69, offset(5e-2));
  }

  @Test
  void stopsWhenTheLossIsLowEnough() {
    TrainingSpec spec = Specs.linearRegression(ZeroGrad.EACH_UPDATE);
    SeriesListener series = new SeriesListener();
    TrainingResult result =
        run(with(spec, new StopSpec(null, 1000L, null, 1.0, null))).run(series, () -> false);

    assertThat(result).isEqualTo(new TrainingResult(Outcome.LOSS_REACHED, 675, 675));
    assertThat(series.loss.getLast()).isCloseTo(0.99945f, offset(5e-6f));
  }

  @Test
  void stopsBetweenMicroBatchesWhenAsked() {
    AtomicInteger asked = new AtomicInteger();
    SeriesListener series = new SeriesListener();
    TrainingResult result =
        run(Specs.linearRegression(ZeroGrad.EACH_UPDATE))
            .run(series, () -> asked.incrementAndGet() > 10);

    assertThat(result).isEqualTo(new TrainingResult(Outcome.STOPPED, 10, 11));
    assertThat(series.loss).hasSize(10);
  }

  @Test
  void endsWhenItsSecondsAreOver() {
    AtomicLong nanos = new AtomicLong();
    TrainingSpec spec =
        with(
            Specs.linearRegression(ZeroGrad.EACH_UPDATE),
            new StopSpec(null, 1000L, 2.5, null, null));
    TrainingResult result =
        new TrainingRun(
                spec, StoredImages.NONE, CpuDevice.get(), () -> nanos.getAndAdd(1_000_000_000))
            .run(new SeriesListener(), () -> false);

    assertThat(result).isEqualTo(new TrainingResult(Outcome.TIME_UP, 3, 3));
  }

  @Test
  void failsBeforeTheWeightsAreTouched() {
    TrainingRun run = run(exploding(OnNonfinite.FAIL));
    SeriesListener series = new SeriesListener();

    assertThatThrownBy(() -> run.run(series, () -> false))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("weights are those of step " + series.loss.size())
        .extracting(e -> ((TrainingFailedException) e).code())
        .isIn("nonfinite_loss", "nonfinite_gradient");
    assertThat(series.loss).isNotEmpty().allMatch(Float::isFinite);
    assertThat(run.parameters().get("0.weight").item()).isFinite();
  }

  @Test
  void skippedStepsAreRecordedButChangeNothing() {
    TrainingRun run = run(exploding(OnNonfinite.SKIP_STEP));
    SeriesListener series = new SeriesListener();
    TrainingResult result = run.run(series, () -> false);

    assertThat(result.steps()).isEqualTo(50);
    assertThat(series.loss).hasSize(50).anyMatch(loss -> !Float.isFinite(loss));
    assertThat(run.parameters().get("0.weight").item()).isFinite();
  }

  @Test
  void ignoredNonfiniteValuesReachTheWeights() {
    TrainingRun run = run(exploding(OnNonfinite.IGNORE));
    run.run(new SeriesListener(), () -> false);
    assertThat(run.parameters().get("0.weight").item()).isNaN();
  }

  @Test
  void clippingIsReportedBesideTheNormBefore() {
    GradientSpec clip = new GradientSpec(ZeroGrad.EACH_UPDATE, 1, 1.0, null, OnNonfinite.FAIL);
    SeriesListener series = new SeriesListener();
    run(with(Specs.linearRegression(ZeroGrad.EACH_UPDATE), clip)).run(series, () -> false);

    assertThat(series.gradNorm.getFirst()).isCloseTo(75.6746f, offset(1e-4f));
    assertThat(series.gradNormClipped.getFirst()).isCloseTo(1f, offset(1e-6f));
    assertThat(series.gradNormClipped).allMatch(norm -> norm <= 1 + 1e-6f);
  }

  @Test
  void theScheduleSetsTheRateOfEachUpdate() {
    SeriesListener series = new SeriesListener();
    TrainingSpec spec =
        with(
            Specs.linearRegression(ZeroGrad.EACH_UPDATE), new StopSpec(null, 4L, null, null, null));
    run(with(spec, new ScheduleSpec.Step(2, 0.5))).run(series, () -> false);

    assertThat(series.lr).containsExactly(0.01, 0.01, 0.005, 0.005);
  }

  @Test
  void windowsRunOnAcrossEpochs() {
    SeriesListener series = new SeriesListener();
    TrainingResult result =
        run(inline(5, 1, Specs.gradients(ZeroGrad.EACH_UPDATE, 3), 2, null))
            .run(series, () -> false);

    assertThat(result).isEqualTo(new TrainingResult(Outcome.COMPLETED, 3, 2));
    assertThat(series.epoch).containsExactly(1, 2, 2);
  }

  /** With the mean over equal micro-batches, a window equals one batch of all its samples. */
  @Test
  void aWindowOfMicroBatchesEqualsTheWholeBatch() {
    SeriesListener window = new SeriesListener();
    SeriesListener whole = new SeriesListener();
    run(inline(8, 2, Specs.gradients(ZeroGrad.EACH_UPDATE, 4), 20, null)).run(window, () -> false);
    run(inline(8, 8, Specs.gradients(ZeroGrad.EACH_UPDATE, 1), 20, null)).run(whole, () -> false);

    for (int i = 0; i < 20; i++) {
      assertThat(window.loss.get(i)).isCloseTo(whole.loss.get(i), offset(1e-5f));
      assertThat(window.gradNorm.get(i)).isCloseTo(whole.gradNorm.get(i), offset(1e-5f));
    }
  }

  @Test
  void evaluatesEveryStepsAndStopsEarly() {
    StopSpec.EarlyStopping early = new StopSpec.EarlyStopping(StopSpec.Metric.EVAL_LOSS, 2, 1e9);
    TrainingSpec spec = inline(8, 2, Specs.gradients(ZeroGrad.EACH_UPDATE, 1), 20, early);
    SeriesListener series = new SeriesListener();
    TrainingResult result =
        run(with(spec, new EvaluationSpec("train", 3))).run(series, () -> false);

    assertThat(series.values.get("eval_loss")).containsOnlyKeys(3L, 6L, 9L);
    assertThat(result).isEqualTo(new TrainingResult(Outcome.EARLY_STOPPED, 9, 3));
  }

  @Test
  void evaluatingChangesNoStep() {
    TrainingSpec spec = inline(8, 2, Specs.gradients(ZeroGrad.EACH_UPDATE, 1), 5, null);
    SeriesListener with = new SeriesListener();
    SeriesListener without = new SeriesListener();
    run(with(spec, new EvaluationSpec("train", 1))).run(with, () -> false);
    run(with(spec, (EvaluationSpec) null)).run(without, () -> false);

    assertThat(with.values.get("eval_loss")).hasSize(20);
    assertThat(with.loss).isEqualTo(without.loss);
  }

  @Test
  void dropoutAndShufflingRepeatToTheBit() {
    SeriesListener first = new SeriesListener();
    SeriesListener second = new SeriesListener();
    run(dropout()).run(first, () -> false);
    run(dropout()).run(second, () -> false);

    assertThat(first.loss).isEqualTo(second.loss).doesNotHaveDuplicates();
    assertThat(first.gradNorm).isEqualTo(second.gradNorm);
  }

  private static TrainingSpec dropout() {
    TrainingSpec spec = inline(8, 2, Specs.gradients(ZeroGrad.EACH_UPDATE, 1), 5, null);
    DataSpec data = spec.data();
    return with(
        with(spec, List.of(linear(3, 16), new LayerSpec.Dropout(0.3), linear(16, 1))),
        new DataSpec(data.source(), data.batchSize(), true, false, 0, List.of()));
  }

  private static TrainingSpec exploding(OnNonfinite policy) {
    TrainingSpec spec = Specs.linearRegression(ZeroGrad.EACH_UPDATE);
    spec = with(spec, Specs.sgd(1e4, 0));
    spec = with(spec, new StopSpec(null, 50L, null, null, null));
    return with(spec, new GradientSpec(ZeroGrad.EACH_UPDATE, 1, null, null, policy));
  }

  /** A linear map of three inputs, on samples that no draw decides. */
  private static TrainingSpec inline(
      int samples,
      int batchSize,
      GradientSpec gradients,
      int epochs,
      StopSpec.EarlyStopping early) {
    double[] inputs = new double[3 * samples];
    double[] targets = new double[samples];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Math.sin(i);
      targets[i / 3] += i % 3 * inputs[i];
    }
    TrainingSpec spec = Specs.linearRegression(ZeroGrad.EACH_UPDATE);
    spec =
        with(
            spec,
            new DataSpec(
                new DataSpec.Inline(inputs, new int[] {samples, 3}, targets, new int[] {samples}),
                batchSize,
                false,
                false,
                0,
                List.of()));
    InitSpec normal = new InitSpec.Normal(0, 1);
    spec = with(spec, List.of(new LayerSpec.Linear(3, 1, true, normal, null)));
    spec = with(spec, new LossSpec(LossSpec.Type.MSE, LossSpec.Reduction.MEAN, 1));
    spec = with(spec, gradients);
    return with(spec, new StopSpec(epochs, null, null, null, early));
  }

  private static TrainingRun run(TrainingSpec spec) {
    return new TrainingRun(spec, StoredImages.NONE);
  }

  private static double min(SeriesListener series) {
    return series.loss.stream().mapToDouble(Float::doubleValue).min().orElseThrow();
  }

  private static double max(SeriesListener series) {
    return series.loss.stream().mapToDouble(Float::doubleValue).max().orElseThrow();
  }
}
