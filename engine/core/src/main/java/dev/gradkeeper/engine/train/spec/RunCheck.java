package dev.gradkeeper.engine.train.spec;

import dev.gradkeeper.engine.train.spec.OptimizerSpec.Adam;
import dev.gradkeeper.engine.train.spec.OptimizerSpec.Sgd;
import java.util.Arrays;
import java.util.function.Function;

/** Checks the optimizer, the schedule, and when the run ends and evaluates. */
final class RunCheck {
  private final TrainingSpec spec;
  private final Function<String, DataShape> shapes;
  private final Problems problems;

  RunCheck(TrainingSpec spec, Function<String, DataShape> shapes, Problems problems) {
    this.spec = spec;
    this.shapes = shapes;
    this.problems = problems;
  }

  void checkOptimizer() {
    String pointer = "/optimizer";
    problems.checkAtLeast(pointer + "/lr", spec.optimizer().lr(), 0);
    switch (spec.optimizer()) {
      case Sgd sgd -> {
        problems.checkAtLeast(pointer + "/momentum", sgd.momentum(), 0);
        problems.checkNumber(pointer + "/dampening", sgd.dampening());
        problems.checkAtLeast(pointer + "/weight_decay", sgd.weightDecay(), 0);
        if (sgd.nesterov() && (sgd.momentum() <= 0 || sgd.dampening() != 0)) {
          problems.add(
              pointer + "/nesterov",
              "invalid_value",
              "nesterov needs a momentum above 0 and a dampening of 0");
        }
      }
      case Adam adam -> {
        checkBeta(pointer + "/betas/0", adam.beta1());
        checkBeta(pointer + "/betas/1", adam.beta2());
        problems.checkAtLeast(pointer + "/eps", adam.eps(), 0);
        problems.checkAtLeast(pointer + "/weight_decay", adam.weightDecay(), 0);
      }
    }
  }

  private void checkBeta(String pointer, double beta) {
    if (!(beta >= 0 && beta < 1)) {
      problems.add(pointer, "invalid_value", "beta must be at least 0 and below 1");
    }
  }

  void checkParallel() {
    checkParts("/threads", spec.parallel().threads());
    if (spec.parallel().shards() != null) {
      checkParts("/shards", spec.parallel().shards());
    }
  }

  private void checkParts(String pointer, int count) {
    if (count < 1 || count > ParallelSpec.MAX) {
      problems.add(
          pointer, "invalid_value", "must be between 1 and %d".formatted(ParallelSpec.MAX));
    }
  }

  void checkSchedule() {
    switch (spec.schedule()) {
      case ScheduleSpec.Constant _ -> {}
      case ScheduleSpec.Step(int size, double gamma) -> {
        problems.checkPositive("/schedule/step_size", size);
        problems.checkAtLeast("/schedule/gamma", gamma, 0);
      }
      case ScheduleSpec.MultiStep(int[] milestones, double gamma) -> {
        for (int i = 0; i < milestones.length; i++) {
          if (milestones[i] < 1 || (i > 0 && milestones[i] <= milestones[i - 1])) {
            problems.add(
                "/schedule/milestones/" + i,
                "invalid_value",
                "milestones must be positive and rise");
          }
        }
        problems.checkAtLeast("/schedule/gamma", gamma, 0);
      }
      case ScheduleSpec.Exponential(double gamma) ->
          problems.checkAtLeast("/schedule/gamma", gamma, 0);
      case ScheduleSpec.Cosine(int warmup, int total, double minLr) -> {
        if (warmup < 0 || warmup >= total) {
          problems.add(
              "/schedule/warmup_steps",
              "invalid_value",
              "warmup_steps must be at least 0 and below total_steps %d".formatted(total));
        }
        problems.checkAtLeast("/schedule/min_lr", minLr, 0);
      }
    }
  }

  long checkStop(DataShape train) {
    GradientSpec gradients = spec.gradients();
    StopSpec stop = spec.stop();
    problems.checkPositive("/gradients/accumulation_steps", gradients.accumulationSteps());
    problems.checkAbove0("/gradients/clip_norm", gradients.clipNorm());
    problems.checkAbove0("/gradients/clip_value", gradients.clipValue());
    problems.checkAbove0("/max_seconds", stop.maxSeconds());
    if (stop.lossBelow() != null) {
      problems.checkNumber("/stop_when/loss_below", stop.lossBelow());
    }
    if (stop.epochs() == null && stop.maxSteps() == null) {
      problems.add("/epochs", "missing_length", "give epochs or max_steps, or both");
      return 0;
    }
    if (train.samples() < 1 || gradients.accumulationSteps() < 1) {
      return 0;
    }
    long batches = spec.data().batchesPerEpoch(train.samples());
    long steps = stop.totalSteps(batches, gradients.accumulationSteps());
    if (steps < 1 && batches > 0) {
      problems.add(
          "/gradients/accumulation_steps",
          "no_updates",
          "%d micro-batches are fewer than accumulation_steps %d: the job would never update"
              .formatted(batches * stop.epochs(), gradients.accumulationSteps()));
    }
    return steps;
  }

  void checkEvaluation(DataShape train) {
    EvaluationSpec evaluation = spec.evaluation();
    StopSpec.EarlyStopping early = spec.stop().earlyStopping();
    if (evaluation != null) {
      checkEvaluationSplit(train, evaluation);
    }
    if (early == null) {
      return;
    }
    if (evaluation == null || evaluation.everySteps() == null) {
      problems.add(
          "/early_stopping",
          "needs_evaluation",
          "early stopping needs evaluation with every_steps");
    }
    if (early.metric() == StopSpec.Metric.EVAL_ACCURACY
        && spec.loss().type() != LossSpec.Type.CROSS_ENTROPY) {
      problems.add(
          "/early_stopping/metric",
          "invalid_value",
          "eval_accuracy exists for cross_entropy alone");
    }
    problems.checkPositive("/early_stopping/patience", early.patience());
    problems.checkAtLeast("/early_stopping/min_delta", early.minDelta(), 0);
  }

  private void checkEvaluationSplit(DataShape train, EvaluationSpec evaluation) {
    if (evaluation.everySteps() != null) {
      problems.checkPositive("/evaluation/every_steps", evaluation.everySteps());
    }
    DataShape shape = shapes.apply(evaluation.split());
    if (shape == null) {
      problems.add(
          "/evaluation/split",
          "unknown_split",
          "the dataset has no split \"%s\"".formatted(evaluation.split()));
    } else if (shape.samples() < 1) {
      problems.add("/evaluation/split", "empty_dataset", "the evaluation split has no samples");
    } else if (train != null && !Arrays.equals(shape.inputShape(), train.inputShape())) {
      problems.add(
          "/evaluation/split",
          "shape_mismatch",
          "its samples have shape %s, those of training %s"
              .formatted(
                  ShapeInference.batch(shape.inputShape()),
                  ShapeInference.batch(train.inputShape())));
    }
  }
}
