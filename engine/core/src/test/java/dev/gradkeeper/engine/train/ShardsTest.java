package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.ParallelSpec;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards are part of a run's bits, threads are not. */
class ShardsTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void anyNumberOfThreadsGivesTheSameBits(int threads) {
    assertThat(losses(3, threads)).isEqualTo(losses(3, 1));
  }

  /** So many parameters and inputs that update, sum and reading are shared as well. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void norDoThreadsOfLargeModelsAndBatches(int threads) {
    assertThat(lenetLosses(threads)).isEqualTo(lenetLosses(1)).hasSize(2 * 6);
  }

  private static List<Float> lenetLosses(int threads) {
    TrainingSpec spec = with(Specs.lenet(), (EvaluationSpec) null);
    DataSpec data = spec.data();
    spec = with(spec, new DataSpec(data.source(), 64, true, false, 0, data.transforms()));
    spec = with(spec, new StopSpec(null, 6L, null, null, null));
    return losses(with(spec, new ParallelSpec(2, threads)), _ -> StepTimings.images(2 * 64 + 32));
  }

  /** The gradient of a mean is the weighted sum of the gradients of the shards' means. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shardsAddUpToTheWholeBatch(int shards) {
    List<Float> whole = losses(1, 1);
    List<Float> parts = losses(shards, 1);

    for (int i = 0; i < whole.size(); i++) {
      assertThat(parts.get(i)).isCloseTo(whole.get(i), within(1e-4f));
    }
    assertThat(parts).isNotEqualTo(whole);
  }

  @Test
  void smallBatchesAreOneShard() {
    TrainingSpec spec = StepSpecs.convolutions(ZeroGrad.EACH_UPDATE, 1);
    assertThat(losses(with(spec, ParallelSpec.DEFAULT))).isEqualTo(losses(1, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 1", "127, 1", "128, 2", "256, 4", "512, 8", "100000, 8"})
  void theirNumberFollowsFromTheBatchSize(int samples, int shards) {
    assertThat(ParallelSpec.DEFAULT.effectiveShards(samples)).isEqualTo(shards);
  }

  /** The set's last batch has two samples. */
  @Test
  void aShortBatchHasNoEmptyShards() {
    assertThat(losses(3, 2)).isEqualTo(losses(3, 1)).allMatch(Float::isFinite);
  }

  private static List<Float> losses(int shards, int threads) {
    TrainingSpec spec = StepSpecs.convolutions(ZeroGrad.EACH_UPDATE, 1);
    return losses(with(spec, new ParallelSpec(shards, threads)));
  }

  private static List<Float> losses(TrainingSpec spec) {
    return losses(spec, StoredImages.NONE);
  }

  private static List<Float> losses(TrainingSpec spec, StoredImages stored) {
    SeriesListener series = new SeriesListener();
    new TrainingRun(spec, stored).run(series, () -> false);
    List<Float> all = new ArrayList<>(series.loss);
    all.addAll(series.gradNorm);
    return all;
  }
}
