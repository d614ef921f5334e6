package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.plan.PlanningDevice;
import dev.gradkeeper.engine.train.spec.RecordSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded steps give the bits of eager ones, for every kind of step. */
class PlannedStepTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.gradkeeper.engine.train.StepSpecs#specs")
  void givesTheBitsOfEagerSteps(String name, TrainingSpec spec) {
    spec = with(spec, new RecordSpec(true, true, true));
    Outcome eager = train(spec, false);
    Outcome planned = train(spec, true);

    assertThat(planned.series().loss).isEqualTo(eager.series().loss).hasSizeGreaterThan(9);
    assertThat(planned.series().gradNorm).isEqualTo(eager.series().gradNorm);
    assertThat(planned.series().gradNormClipped).isEqualTo(eager.series().gradNormClipped);
    assertThat(planned.series().values).isEqualTo(eager.series().values);
    assertThat(planned.weights().keySet()).isEqualTo(eager.weights().keySet());
    planned.weights().forEach((n, v) -> assertThat(v).as(n).isEqualTo(eager.weights().get(n)));
  }

  private record Outcome(SeriesListener series, Map<String, float[]> weights) {}

  private static Outcome train(TrainingSpec spec, boolean planned) {
    TrainingRun run =
        new TrainingRun(
            spec,
            StoredImages.NONE,
            new PlanningDevice(CpuDevice.get()),
            System::nanoTime,
            planned);
    SeriesListener series = new SeriesListener();
    run.run(series, () -> false);
    Map<String, float[]> weights = new LinkedHashMap<>();
    run.parameters().forEach((name, tensor) -> weights.put(name, tensor.toFloatArray()));
    return new Outcome(series, weights);
  }
}
