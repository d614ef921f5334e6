package dev.gradkeeper.engine.train.spec;

import dev.gradkeeper.engine.train.spec.DataSpec.Inline;
import dev.gradkeeper.engine.train.spec.OptimizerSpec.Adam;
import dev.gradkeeper.engine.train.spec.OptimizerSpec.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Checks a spec against the data that it would train on.
 *
 * @param problems everything that is wrong, in the order of the spec; empty if the run can start
 * @param layers output shape and parameters of each layer, as far as they could be followed
 * @param totalSteps updates that the run makes if nothing ends it early; 0 where that is unknown
 * @param memoryBytes estimate of the memory that the run needs, its data included
 */
public record SpecCheck(
    List<SpecProblem> problems, List<LayerShape> layers, long totalSteps, long memoryBytes) {

  /**
   * Checks everything that can be checked without the data's contents.
   *
   * @param shapes the shape of a split by its name, null where there is no such split; for inline
   *     and generated data use {@link #shapesOf}
   */
  public static SpecCheck of(TrainingSpec spec, Function<String, DataShape> shapes) {
    Checker checker = new Checker(spec, shapes);
    return checker.check();
  }

  /** The shapes of data that is in the spec itself: the split {@code train} alone. */
  public static Function<String, DataShape> shapesOf(DataSpec.Source source, LossSpec loss) {
    DataShape train =
        switch (source) {
          case Inline inline -> inlineShape(inline, loss);
          case DataSpec.LinearRegression generated ->
              new DataShape(generated.samples(), new int[] {1}, false, 0, new int[] {1});
          case DataSpec.Stored stored ->
              throw new IllegalArgumentException(
                  "dataset %s is not in the spec".formatted(stored.id()));
        };
    return split -> split.equals("train") ? train : null;
  }

  private static DataShape inlineShape(Inline inline, LossSpec loss) {
    int samples = inline.inputShape()[0];
    int[] input = sampleShape(inline.inputShape());
    if (loss.type() == LossSpec.Type.CROSS_ENTROPY) {
      double largest = Arrays.stream(inline.targets()).max().orElse(0);
      return new DataShape(samples, input, false, (int) Math.max(1, largest + 1), new int[0]);
    }
    return new DataShape(samples, input, false, 0, sampleShape(inline.targetShape()));
  }

  /** A scalar sample is a vector of one. */
  private static int[] sampleShape(int[] shape) {
    return shape.length == 1 ? new int[] {1} : Arrays.copyOfRange(shape, 1, shape.length);
  }

  private static final class Checker {
    private final TrainingSpec spec;
    private final Function<String, DataShape> shapes;
    private final List<SpecProblem> problems = new ArrayList<>();

    Checker(TrainingSpec spec, Function<String, DataShape> shapes) {
      this.spec = spec;
      this.shapes = shapes;
    }

    SpecCheck check() {
      String split = spec.data().source() instanceof DataSpec.Stored s ? s.split() : "train";
      DataShape train = shapes.apply(split);
      if (train == null) {
        add("/dataset/split", "unknown_split", "the dataset has no split \"%s\"".formatted(split));
      } else {
        checkData(train);
      }
      List<LayerShape> layers = List.of();
      if (train != null) {
        layers = new ShapeInference(problems).infer(spec.layers(), train.inputShape());
        if (layers.size() == spec.layers().size()) {
          checkLoss(train, layers.getLast().output());
        }
      }
      checkHasParameters(layers);
      checkOptimizer();
      checkSchedule();
      long totalSteps = train == null ? 0 : checkStop(train);
      checkEvaluation(train);
      long memory = train == null ? 0 : MemoryEstimate.bytes(spec, train, layers);
      return new SpecCheck(List.copyOf(problems), layers, totalSteps, memory);
    }

    private void checkData(DataShape train) {
      if (train.samples() < 1) {
        add("/dataset", "empty_dataset", "the training split has no samples");
      } else if (spec.data().dropLast() && spec.data().batchesPerEpoch(train.samples()) == 0) {
        add(
            "/dataset/drop_last",
            "no_batches",
            "drop_last leaves no batch: batch_size %d is more than the %d samples"
                .formatted(spec.data().batchSize(), train.samples()));
      }
      if (!train.images() && !spec.data().transforms().isEmpty()) {
        add(
            "/dataset/transforms",
            "not_images",
            "transforms apply to images alone; leave them out");
      }
      if (train.images()) {
        checkTransforms(train.inputShape()[0]);
      }
      if (spec.data().source() instanceof Inline inline) {
        checkInline(inline);
      }
    }

    private void checkTransforms(int channels) {
      List<TransformSpec> transforms = spec.data().transforms();
      if (transforms.isEmpty() || !(transforms.getFirst() instanceof TransformSpec.ToTensor)) {
        add(
            "/dataset/transforms",
            "missing_to_tensor",
            "images need to_tensor as their first transform");
      }
      for (int i = 0; i < transforms.size(); i++) {
        String pointer = "/dataset/transforms/" + i;
        if (transforms.get(i) instanceof TransformSpec.ToTensor && i > 0) {
          add(pointer, "repeated_to_tensor", "to_tensor comes once, as the first transform");
        } else if (transforms.get(i)
            instanceof TransformSpec.Normalize(double[] mean, double[] std)) {
          checkChannels(pointer + "/mean", mean, channels);
          checkChannels(pointer + "/std", std, channels);
          for (int c = 0; c < std.length; c++) {
            if ((float) std[c] == 0) {
              add(pointer + "/std/" + c, "invalid_value", "std must not be 0");
            }
          }
        }
      }
    }

    private void checkChannels(String pointer, double[] values, int channels) {
      if (values.length != channels && values.length != 1) {
        add(
            pointer,
            "shape_mismatch",
            "the images have %d channels, so this needs %d values or one, not %d"
                .formatted(channels, channels, values.length));
      }
      checkFinite(pointer, values);
    }

    private void checkFinite(String pointer, double[] values) {
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite((float) values[i])) {
          add(pointer + "/" + i, "not_finite", "the value must be finite in float32");
        }
      }
    }

    private void checkInline(Inline inline) {
      if (inline.inputShape()[0] != inline.targetShape()[0]) {
        add(
            "/dataset/inline/targets",
            "shape_mismatch",
            "there are %d inputs but %d targets"
                .formatted(inline.inputShape()[0], inline.targetShape()[0]));
      }
      if (!allFinite(inline.inputs())) {
        add("/dataset/inline/inputs", "not_finite", "every input must be finite in float32");
      }
      if (!allFinite(inline.targets())) {
        add("/dataset/inline/targets", "not_finite", "every target must be finite in float32");
      }
    }

    private static boolean allFinite(double[] values) {
      return Arrays.stream(values).allMatch(value -> Float.isFinite((float) value));
    }

    private void checkLoss(DataShape train, int[] output) {
      if (spec.loss().type() == LossSpec.Type.MSE) {
        if (train.isClassification()) {
          add(
              "/loss/type",
              "wrong_targets",
              "mse needs numeric targets, but the dataset's are class labels; use cross_entropy");
        } else if (!Arrays.equals(output, train.targetShape())) {
          add(
              "/loss",
              "shape_mismatch",
              "the model puts out %s but the targets have shape %s"
                  .formatted(
                      ShapeInference.batch(output), ShapeInference.batch(train.targetShape())));
        }
      } else {
        checkClasses(train, output);
      }
      if (!Float.isFinite((float) spec.loss().scale()) || (float) spec.loss().scale() == 0) {
        add("/loss/scale", "invalid_value", "scale must be finite and not 0");
      }
    }

    private void checkClasses(DataShape train, int[] output) {
      if (!train.isClassification()) {
        add(
            "/loss/type",
            "wrong_targets",
            "cross_entropy needs class labels as targets, but the dataset's are numbers; use mse");
        return;
      }
      if (output.length != 1) {
        add(
            "/loss",
            "shape_mismatch",
            "cross_entropy needs an output of shape (batch, classes) but the model puts out %s"
                .formatted(ShapeInference.batch(output)));
        return;
      }
      if (spec.data().source() instanceof Inline inline) {
        checkLabels(inline, output[0]);
      } else if (train.classes() > output[0]) {
        add(
            "/model/layers/%d".formatted(spec.layers().size() - 1),
            "too_few_classes",
            "the dataset has %d classes but the model puts out %d values; targets would be out of range"
                .formatted(train.classes(), output[0]));
      }
    }

    private void checkLabels(Inline inline, int classes) {
      if (inline.targetShape().length != 1) {
        add(
            "/dataset/inline/targets",
            "shape_mismatch",
            "cross_entropy needs one class index for each sample");
        return;
      }
      for (int i = 0; i < inline.targets().length; i++) {
        double target = inline.targets()[i];
        if (target < 0 || target >= classes || target != Math.rint(target)) {
          add(
              "/dataset/inline/targets/" + i,
              "target_out_of_range",
              "the target must be a class index from 0 to %d".formatted(classes - 1));
          return;
        }
      }
    }

    private void checkHasParameters(List<LayerShape> layers) {
      boolean complete = layers.size() == spec.layers().size();
      if (complete && layers.stream().allMatch(layer -> layer.parameters() == 0)) {
        add(
            "/model/layers",
            "no_parameters",
            "the model has nothing to train; add a linear or conv2d");
      }
      for (int i = 0; i < spec.layers().size(); i++) {
        if (spec.layers().get(i) instanceof LayerSpec.Dropout(double p) && !(p >= 0 && p < 1)) {
          add(
              "/model/layers/%d/p".formatted(i),
              "invalid_value",
              "p must be at least 0 and below 1");
        }
        checkInit(i, spec.layers().get(i));
      }
    }

    private void checkInit(int index, LayerSpec layer) {
      String pointer = "/model/layers/%d/init".formatted(index);
      switch (layer) {
        case LayerSpec.Linear l -> checkInits(pointer, l.weightInit(), l.biasInit(), l.bias());
        case LayerSpec.Conv2d c -> checkInits(pointer, c.weightInit(), c.biasInit(), c.bias());
        default -> {}
      }
    }

    private void checkInits(String pointer, InitSpec weight, InitSpec bias, boolean hasBias) {
      checkInit(pointer + "/weight", weight);
      checkInit(pointer + "/bias", bias);
      if (bias != null && !hasBias) {
        add(pointer + "/bias", "no_bias", "the layer has no bias to initialise");
      }
    }

    private void checkInit(String pointer, InitSpec init) {
      switch (init) {
        case null -> {}
        case InitSpec.Normal(double mean, double std) -> {
          checkNumber(pointer + "/mean", mean);
          checkAtLeast(pointer + "/std", std, 0);
        }
        case InitSpec.Uniform(double low, double high) -> {
          checkNumber(pointer + "/low", low);
          checkNumber(pointer + "/high", high);
          if (low > high) {
            add(pointer + "/high", "invalid_value", "high must not be below low");
          }
        }
        case InitSpec.Constant(double value) -> checkNumber(pointer + "/value", value);
      }
    }

    private void checkOptimizer() {
      String pointer = "/optimizer";
      checkAtLeast(pointer + "/lr", spec.optimizer().lr(), 0);
      switch (spec.optimizer()) {
        case Sgd sgd -> {
          checkAtLeast(pointer + "/momentum", sgd.momentum(), 0);
          checkNumber(pointer + "/dampening", sgd.dampening());
          checkAtLeast(pointer + "/weight_decay", sgd.weightDecay(), 0);
          if (sgd.nesterov() && (sgd.momentum() <= 0 || sgd.dampening() != 0)) {
            add(
                pointer + "/nesterov",
                "invalid_value",
                "nesterov needs a momentum above 0 and a dampening of 0");
          }
        }
        case Adam adam -> {
          checkBeta(pointer + "/betas/0", adam.beta1());
          checkBeta(pointer + "/betas/1", adam.beta2());
          checkAtLeast(pointer + "/eps", adam.eps(), 0);
          checkAtLeast(pointer + "/weight_decay", adam.weightDecay(), 0);
        }
      }
    }

    private void checkBeta(String pointer, double beta) {
      if (!(beta >= 0 && beta < 1)) {
        add(pointer, "invalid_value", "beta must be at least 0 and below 1");
      }
    }

    private void checkSchedule() {
      switch (spec.schedule()) {
        case ScheduleSpec.Constant _ -> {}
        case ScheduleSpec.Step(int size, double gamma) -> {
          checkPositive("/schedule/step_size", size);
          checkAtLeast("/schedule/gamma", gamma, 0);
        }
        case ScheduleSpec.MultiStep(int[] milestones, double gamma) -> {
          for (int i = 0; i < milestones.length; i++) {
            if (milestones[i] < 1 || (i > 0 && milestones[i] <= milestones[i - 1])) {
              add(
                  "/schedule/milestones/" + i,
                  "invalid_value",
                  "milestones must be positive and rise");
            }
          }
          checkAtLeast("/schedule/gamma", gamma, 0);
        }
        case ScheduleSpec.Exponential(double gamma) -> checkAtLeast("/schedule/gamma", gamma, 0);
        case ScheduleSpec.Cosine(int warmup, int total, double minLr) -> {
          if (warmup < 0 || warmup >= total) {
            add(
                "/schedule/warmup_steps",
                "invalid_value",
                "warmup_steps must be at least 0 and below total_steps %d".formatted(total));
          }
          checkAtLeast("/schedule/min_lr", minLr, 0);
        }
      }
    }

    private long checkStop(DataShape train) {
      GradientSpec gradients = spec.gradients();
      StopSpec stop = spec.stop();
      checkPositive("/gradients/accumulation_steps", gradients.accumulationSteps());
      checkAbove0("/gradients/clip_norm", gradients.clipNorm());
      checkAbove0("/gradients/clip_value", gradients.clipValue());
      checkAbove0("/max_seconds", stop.maxSeconds());
      if (stop.lossBelow() != null) {
        checkNumber("/stop_when/loss_below", stop.lossBelow());
      }
      if (stop.epochs() == null && stop.maxSteps() == null) {
        add("/epochs", "missing_length", "give epochs or max_steps, or both");
        return 0;
      }
      if (train.samples() < 1 || gradients.accumulationSteps() < 1) {
        return 0;
      }
      long batches = spec.data().batchesPerEpoch(train.samples());
      long steps = stop.totalSteps(batches, gradients.accumulationSteps());
      if (steps < 1 && batches > 0) {
        add(
            "/gradients/accumulation_steps",
            "no_updates",
            "%d micro-batches are fewer than accumulation_steps %d: the job would never update"
                .formatted(batches * stop.epochs(), gradients.accumulationSteps()));
      }
      return steps;
    }

    private void checkEvaluation(DataShape train) {
      EvaluationSpec evaluation = spec.evaluation();
      StopSpec.EarlyStopping early = spec.stop().earlyStopping();
      if (evaluation != null) {
        checkEvaluationSplit(train, evaluation);
      }
      if (early == null) {
        return;
      }
      if (evaluation == null || evaluation.everySteps() == null) {
        add(
            "/early_stopping",
            "needs_evaluation",
            "early stopping needs evaluation with every_steps");
      }
      if (early.metric() == StopSpec.Metric.EVAL_ACCURACY
          && spec.loss().type() != LossSpec.Type.CROSS_ENTROPY) {
        add(
            "/early_stopping/metric",
            "invalid_value",
            "eval_accuracy exists for cross_entropy alone");
      }
      checkPositive("/early_stopping/patience", early.patience());
      checkAtLeast("/early_stopping/min_delta", early.minDelta(), 0);
    }

    private void checkEvaluationSplit(DataShape train, EvaluationSpec evaluation) {
      if (evaluation.everySteps() != null) {
        checkPositive("/evaluation/every_steps", evaluation.everySteps());
      }
      DataShape shape = shapes.apply(evaluation.split());
      if (shape == null) {
        add(
            "/evaluation/split",
            "unknown_split",
            "the dataset has no split \"%s\"".formatted(evaluation.split()));
      } else if (shape.samples() < 1) {
        add("/evaluation/split", "empty_dataset", "the evaluation split has no samples");
      } else if (train != null && !Arrays.equals(shape.inputShape(), train.inputShape())) {
        add(
            "/evaluation/split",
            "shape_mismatch",
            "its samples have shape %s, those of training %s"
                .formatted(
                    ShapeInference.batch(shape.inputShape()),
                    ShapeInference.batch(train.inputShape())));
      }
    }

    private void checkNumber(String pointer, double value) {
      if (!Float.isFinite((float) value)) {
        add(pointer, "not_finite", "the value must be finite in float32");
      }
    }

    private void checkAtLeast(String pointer, double value, double least) {
      if (!(value >= least) || !Float.isFinite((float) value)) {
        add(pointer, "invalid_value", "the value must be finite and at least %s".formatted(least));
      }
    }

    private void checkAbove0(String pointer, Double value) {
      if (value != null
          && (!((float) value.doubleValue() > 0) || !Float.isFinite(value.floatValue()))) {
        add(pointer, "invalid_value", "the value must be finite and above 0");
      }
    }

    private void checkPositive(String pointer, int value) {
      if (value < 1) {
        add(pointer, "invalid_value", "the value must be at least 1");
      }
    }

    private void add(String pointer, String code, String detail) {
      problems.add(new SpecProblem(pointer, code, detail));
    }
  }
}
