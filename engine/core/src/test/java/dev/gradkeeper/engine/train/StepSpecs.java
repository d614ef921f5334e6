package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.linear;
import static dev.gradkeeper.engine.train.spec.Specs.with;

import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.OnNonfinite;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.ParallelSpec;
import dev.gradkeeper.engine.train.spec.ScheduleSpec;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Small runs of every kind of step. */
final class StepSpecs {
  private static final OptimizerSpec ADAM =
      new OptimizerSpec.Adam(0.01, 0.9, 0.999, 1e-8, 0.01, false);
  private static final OptimizerSpec NESTEROV =
      new OptimizerSpec.Sgd(0.01, 0.9, 0, 0.01, true, false);

  private StepSpecs() {}

  static Stream<Arguments> specs() {
    return Stream.of(
        Arguments.of("zeroed each update", images(ZeroGrad.EACH_UPDATE, 1)),
        Arguments.of("never zeroed", images(ZeroGrad.NEVER, 1)),
        Arguments.of("windows of three, across epochs", images(ZeroGrad.EACH_UPDATE, 3)),
        Arguments.of("windows, never zeroed", images(ZeroGrad.NEVER, 3)),
        Arguments.of("Adam", with(images(ZeroGrad.EACH_UPDATE, 1), ADAM)),
        Arguments.of("Nesterov", with(images(ZeroGrad.EACH_UPDATE, 2), NESTEROV)),
        Arguments.of(
            "a schedule", with(images(ZeroGrad.EACH_UPDATE, 1), new ScheduleSpec.Exponential(0.9))),
        Arguments.of(
            "clipping",
            with(
                images(ZeroGrad.EACH_UPDATE, 2),
                new GradientSpec(ZeroGrad.EACH_UPDATE, 2, 0.5, 0.01, OnNonfinite.FAIL))),
        Arguments.of(
            "skipped steps",
            with(
                with(Specs.linearRegression(ZeroGrad.EACH_UPDATE), Specs.sgd(1e4, 0.9)),
                new GradientSpec(ZeroGrad.EACH_UPDATE, 1, null, null, OnNonfinite.SKIP_STEP))),
        Arguments.of(
            "three shards", with(convolutions(ZeroGrad.EACH_UPDATE, 1), new ParallelSpec(3, 2))),
        Arguments.of(
            "two shards of windows, never zeroed",
            with(convolutions(ZeroGrad.NEVER, 2), new ParallelSpec(2, 2))),
        Arguments.of(
            "shards with dropout", with(images(ZeroGrad.EACH_UPDATE, 2), new ParallelSpec(2, 2))),
        Arguments.of("convolutions of every kind", convolutions(ZeroGrad.EACH_UPDATE, 1)),
        Arguments.of("convolutions, Adam", with(convolutions(ZeroGrad.EACH_UPDATE, 2), ADAM)),
        Arguments.of(
            "convolutions, clipped, never zeroed",
            with(
                convolutions(ZeroGrad.NEVER, 2),
                new GradientSpec(ZeroGrad.NEVER, 2, 0.5, null, OnNonfinite.FAIL))),
        Arguments.of(
            "evaluation between steps",
            with(convolutions(ZeroGrad.EACH_UPDATE, 1), new EvaluationSpec("train", 3))),
        Arguments.of("linear regression", Specs.linearRegression(ZeroGrad.NEVER)));
  }

  /** Strides, padding, overlapping windows, a relu without pooling, layers without bias. */
  static TrainingSpec convolutions(ZeroGrad zeroGrad, int accumulationSteps) {
    int[] one = {1, 1};
    int[] two = {2, 2};
    int[] three = {3, 3};
    return with(
        images(zeroGrad, accumulationSteps),
        List.of(
            new LayerSpec.Conv2d(2, 5, three, one, one, one, 1, true, null, null),
            new LayerSpec.Relu(),
            new LayerSpec.MaxPool2d(three, two, one, one),
            new LayerSpec.Conv2d(5, 4, three, one, one, one, 1, false, null, null),
            new LayerSpec.Relu(),
            new LayerSpec.Conv2d(4, 6, two, two, new int[] {0, 0}, one, 2, true, null, null),
            new LayerSpec.Relu(),
            new LayerSpec.Flatten(1, -1),
            new LayerSpec.Linear(24, 9, false, null, null),
            new LayerSpec.Relu(),
            linear(9, 3)));
  }

  /** Eleven images of 8x8 in batches of 3, so that the last batch of each epoch is short. */
  static TrainingSpec images(ZeroGrad zeroGrad, int accumulationSteps) {
    int samples = 11;
    double[] inputs = new double[samples * 2 * 8 * 8];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Math.sin(i);
    }
    double[] targets = new double[samples];
    for (int i = 0; i < samples; i++) {
      targets[i] = i % 3;
    }
    List<LayerSpec> layers =
        List.of(
            Specs.conv(2, 5, 3),
            new LayerSpec.Relu(),
            Specs.maxPool(2),
            new LayerSpec.Tanh(),
            new LayerSpec.AvgPool2d(new int[] {2, 2}, new int[] {1, 1}, new int[] {0, 0}),
            new LayerSpec.Flatten(1, -1),
            new LayerSpec.Dropout(0.3),
            linear(20, 7),
            new LayerSpec.Sigmoid(),
            linear(7, 3));
    TrainingSpec spec = Specs.linearRegression(zeroGrad);
    spec = with(spec, layers);
    spec =
        with(
            spec,
            new DataSpec(
                new DataSpec.Inline(
                    inputs, new int[] {samples, 2, 8, 8}, targets, new int[] {samples}),
                3,
                true,
                false,
                0,
                List.of()));
    spec = with(spec, new LossSpec(LossSpec.Type.CROSS_ENTROPY, LossSpec.Reduction.MEAN, 2));
    spec = with(spec, Specs.sgd(0.05, 0.9));
    spec = with(spec, Specs.gradients(zeroGrad, accumulationSteps));
    return with(spec, new StopSpec(10, null, null, null, null));
  }
}
