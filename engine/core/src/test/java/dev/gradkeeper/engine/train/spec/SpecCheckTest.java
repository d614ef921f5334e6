package dev.gradkeeper.engine.train.spec;

import static dev.gradkeeper.engine.train.spec.Specs.conv;
import static dev.gradkeeper.engine.train.spec.Specs.linear;
import static dev.gradkeeper.engine.train.spec.Specs.maxPool;
import static dev.gradkeeper.engine.train.spec.Specs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gradkeeper.engine.train.spec.DataSpec.Inline;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SpecCheckTest {
  private static final Function<String, DataShape> CIFAR10 =
      Map.of(
              "train", new DataShape(50_000, new int[] {3, 32, 32}, true, 10, new int[0]),
              "test", new DataShape(10_000, new int[] {3, 32, 32}, true, 10, new int[0]))
          ::get;

  @Test
  void followsTheShapesOfTheTutorialNetwork() {
    SpecCheck check = SpecCheck.of(Specs.lenet(), CIFAR10);

    assertThat(check.problems()).isEmpty();
    assertThat(check.layers())
        .extracting(LayerShape::output)
        .containsExactly(
            new int[] {6, 28, 28},
            new int[] {6, 28, 28},
            new int[] {6, 14, 14},
            new int[] {16, 10, 10},
            new int[] {16, 10, 10},
            new int[] {16, 5, 5},
            new int[] {400},
            new int[] {120},
            new int[] {120},
            new int[] {84},
            new int[] {84},
            new int[] {10});
    assertThat(check.layers().stream().mapToLong(LayerShape::parameters).sum()).isEqualTo(62_006);
    assertThat(check.totalSteps()).isEqualTo(25_000);
    assertThat(check.memoryBytes()).isBetween(150_000_000L, 200_000_000L);
  }

  @Test
  void namesEveryLayerThatDoesNotFit() {
    List<LayerSpec> layers = new ArrayList<>(Specs.lenetLayers());
    layers.set(3, conv(7, 16, 5));
    layers.set(9, linear(100, 84));

    assertThat(problems(with(Specs.lenet(), layers)))
        .extracting(SpecProblem::pointer, SpecProblem::detail)
        .containsExactly(
            tuple(
                "/model/layers/3/in_channels",
                "layer 3 (conv2d) expects inputs of shape (batch, 7, height, width) but gets (batch,"
                    + " 6, 14, 14); set in_channels to 6"),
            tuple(
                "/model/layers/9/in_features",
                "layer 9 (linear) expects inputs of shape (batch, …, 100) but gets (batch, 120);"
                    + " set in_features to fit"));
  }

  @Test
  void suggestsAMissingFlatten() {
    assertThat(problems(with(Specs.lenet(), List.of(linear(3072, 10)))))
        .extracting(SpecProblem::detail)
        .singleElement()
        .asString()
        .endsWith("gets (batch, 3, 32, 32); put a flatten layer before it");
  }

  @Test
  void aKernelLargerThanItsInputIsNamedWithBothSizes() {
    assertThat(problems(with(Specs.lenet(), List.of(conv(3, 6, 33), maxPool(2)))))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.pointer()).isEqualTo("/model/layers/0/kernel_size");
              assertThat(problem.detail()).contains("(33, 33)").contains("(batch, 3, 32, 32)");
            });
  }

  @Test
  void tooManyElementsAreRefusedWithoutOverflow() {
    LayerSpec huge = new LayerSpec.Linear(3072, Integer.MAX_VALUE, true, null, null);
    assertThat(
            problems(
                with(Specs.lenet(), List.of(new LayerSpec.Flatten(1, -1), huge, linear(5, 10)))))
        .extracting(SpecProblem::pointer, SpecProblem::code)
        .containsExactly(tuple("/model/layers/1", "too_large"));
  }

  @Test
  void fewerOutputsThanClasses() {
    assertThat(
            problems(with(Specs.lenet(), List.of(new LayerSpec.Flatten(1, -1), linear(3072, 9)))))
        .extracting(SpecProblem::code)
        .containsExactly("too_few_classes");
  }

  @Test
  void inlineTargetsMustBeClassesOfTheModel() {
    TrainingSpec spec =
        inline(
            new Inline(new double[6], new int[] {3, 2}, new double[] {0, 2, 1}, new int[] {3}),
            LossSpec.Type.CROSS_ENTROPY);

    assertThat(SpecCheck.of(spec, SpecCheck.shapesOf(spec.data().source(), spec.loss())).problems())
        .extracting(SpecProblem::pointer, SpecProblem::code)
        .containsExactly(tuple("/dataset/inline/targets/1", "target_out_of_range"));
  }

  @Test
  void inlineInputsAndTargetsMustBeFiniteAndAsMany() {
    TrainingSpec spec =
        inline(
            new Inline(new double[] {1, 1e39}, new int[] {1, 2}, new double[4], new int[] {2, 2}),
            LossSpec.Type.MSE);

    assertThat(SpecCheck.of(spec, SpecCheck.shapesOf(spec.data().source(), spec.loss())).problems())
        .extracting(SpecProblem::pointer, SpecProblem::code)
        .containsExactly(
            tuple("/dataset/inline/targets", "shape_mismatch"),
            tuple("/dataset/inline/inputs", "not_finite"));
  }

  @Test
  void hyperparametersOutsideTheirRanges() {
    TrainingSpec spec = Specs.lenet();
    spec = with(spec, new OptimizerSpec.Sgd(Double.NaN, -1, 0.5, -0.1, true, false));
    spec =
        with(
            spec,
            new GradientSpec(
                ZeroGrad.NEVER, 0, 0.0, Double.POSITIVE_INFINITY, GradientSpec.OnNonfinite.FAIL));
    spec = with(spec, new StopSpec(null, null, -1.0, Double.NaN, null));

    assertThat(problems(spec))
        .extracting(SpecProblem::pointer)
        .containsExactly(
            "/optimizer/lr",
            "/optimizer/momentum",
            "/optimizer/weight_decay",
            "/optimizer/nesterov",
            "/gradients/accumulation_steps",
            "/gradients/clip_norm",
            "/gradients/clip_value",
            "/max_seconds",
            "/stop_when/loss_below",
            "/epochs");
  }

  @Test
  void aWindowThatNeverClosesIsRefused() {
    TrainingSpec spec = with(Specs.lenet(), Specs.gradients(ZeroGrad.EACH_UPDATE, 30_000));
    assertThat(problems(spec)).extracting(SpecProblem::code).containsExactly("no_updates");
  }

  @Test
  void windowsRunOnAcrossEpochs() {
    TrainingSpec spec = with(Specs.lenet(), Specs.gradients(ZeroGrad.EACH_UPDATE, 8));
    assertThat(SpecCheck.of(spec, CIFAR10).totalSteps()).isEqualTo(25_000 / 8);
  }

  @Test
  void earlyStoppingNeedsEvaluations() {
    StopSpec.EarlyStopping early = new StopSpec.EarlyStopping(StopSpec.Metric.EVAL_LOSS, 3, 0);
    assertThat(problems(with(Specs.lenet(), new StopSpec(2, null, null, null, early))))
        .extracting(SpecProblem::pointer)
        .containsExactly("/early_stopping");
  }

  @Test
  void splitsMustExist() {
    assertThat(problems(with(Specs.lenet(), new EvaluationSpec("val", 10))))
        .extracting(SpecProblem::pointer, SpecProblem::code)
        .containsExactly(tuple("/evaluation/split", "unknown_split"));
  }

  private static TrainingSpec inline(Inline data, LossSpec.Type loss) {
    TrainingSpec spec = with(Specs.lenet(), List.of(linear(2, 2)));
    spec = with(spec, new DataSpec(data, 1, false, false, 0, List.of()));
    spec = with(spec, new LossSpec(loss, LossSpec.Reduction.MEAN, 1));
    return with(spec, (EvaluationSpec) null);
  }

  private static List<SpecProblem> problems(TrainingSpec spec) {
    return SpecCheck.of(spec, CIFAR10).problems();
  }
}
