package dev.gradkeeper.engine.train.spec;

import dev.gradkeeper.engine.train.spec.DataSpec.Inline;
import java.util.Arrays;
import java.util.List;

/** Checks the data, its transforms, and that the loss fits its targets and the model. */
final class DataCheck {
  private final TrainingSpec spec;
  private final Problems problems;

  DataCheck(TrainingSpec spec, Problems problems) {
    this.spec = spec;
    this.problems = problems;
  }

  void checkData(DataShape train) {
    if (train.samples() < 1) {
      problems.add("/dataset", "empty_dataset", "the training split has no samples");
    } else if (spec.data().dropLast() && spec.data().batchesPerEpoch(train.samples()) == 0) {
      problems.add(
          "/dataset/drop_last",
          "no_batches",
          "drop_last leaves no batch: batch_size %d is more than the %d samples"
              .formatted(spec.data().batchSize(), train.samples()));
    }
    if (!train.images() && !spec.data().transforms().isEmpty()) {
      problems.add(
          "/dataset/transforms", "not_images", "transforms apply to images alone; leave them out");
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
      problems.add(
          "/dataset/transforms",
          "missing_to_tensor",
          "images need to_tensor as their first transform");
    }
    for (int i = 0; i < transforms.size(); i++) {
      String pointer = "/dataset/transforms/" + i;
      if (transforms.get(i) instanceof TransformSpec.ToTensor && i > 0) {
        problems.add(pointer, "repeated_to_tensor", "to_tensor comes once, as the first transform");
      } else if (transforms.get(i)
          instanceof TransformSpec.Normalize(double[] mean, double[] std)) {
        checkChannels(pointer + "/mean", mean, channels);
        checkChannels(pointer + "/std", std, channels);
        for (int c = 0; c < std.length; c++) {
          if ((float) std[c] == 0) {
            problems.add(pointer + "/std/" + c, "invalid_value", "std must not be 0");
          }
        }
      }
    }
  }

  private void checkChannels(String pointer, double[] values, int channels) {
    if (values.length != channels && values.length != 1) {
      problems.add(
          pointer,
          "shape_mismatch",
          "the images have %d channels, so this needs %d values or one, not %d"
              .formatted(channels, channels, values.length));
    }
    problems.checkFinite(pointer, values);
  }

  private void checkInline(Inline inline) {
    if (inline.inputShape()[0] != inline.targetShape()[0]) {
      problems.add(
          "/dataset/inline/targets",
          "shape_mismatch",
          "there are %d inputs but %d targets"
              .formatted(inline.inputShape()[0], inline.targetShape()[0]));
    }
    if (!allFinite(inline.inputs())) {
      problems.add("/dataset/inline/inputs", "not_finite", "every input must be finite in float32");
    }
    if (!allFinite(inline.targets())) {
      problems.add(
          "/dataset/inline/targets", "not_finite", "every target must be finite in float32");
    }
  }

  private static boolean allFinite(double[] values) {
    return Arrays.stream(values).allMatch(value -> Float.isFinite((float) value));
  }

  void checkLoss(DataShape train, int[] output) {
    if (spec.loss().type() == LossSpec.Type.MSE) {
      if (train.isClassification()) {
        problems.add(
            "/loss/type",
            "wrong_targets",
            "mse needs numeric targets, but the dataset's are class labels; use cross_entropy");
      } else if (!Arrays.equals(output, train.targetShape())) {
        problems.add(
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
      problems.add("/loss/scale", "invalid_value", "scale must be finite and not 0");
    }
  }

  private void checkClasses(DataShape train, int[] output) {
    if (!train.isClassification()) {
      problems.add(
          "/loss/type",
          "wrong_targets",
          "cross_entropy needs class labels as targets, but the dataset's are numbers; use mse");
      return;
    }
    if (output.length != 1) {
      problems.add(
          "/loss",
          "shape_mismatch",
          "cross_entropy needs an output of shape (batch, classes) but the model puts out %s"
              .formatted(ShapeInference.batch(output)));
      return;
    }
    if (spec.data().source() instanceof Inline inline) {
      checkLabels(inline, output[0]);
    } else if (train.classes() > output[0]) {
      problems.add(
          "/model/layers/%d".formatted(spec.layers().size() - 1),
          "too_few_classes",
          "the dataset has %d classes but the model puts out %d values; targets would be out of range"
              .formatted(train.classes(), output[0]));
    }
  }

  private void checkLabels(Inline inline, int classes) {
    if (inline.targetShape().length != 1) {
      problems.add(
          "/dataset/inline/targets",
          "shape_mismatch",
          "cross_entropy needs one class index for each sample");
      return;
    }
    for (int i = 0; i < inline.targets().length; i++) {
      double target = inline.targets()[i];
      if (target < 0 || target >= classes || target != Math.rint(target)) {
        problems.add(
            "/dataset/inline/targets/" + i,
            "target_out_of_range",
            "the target must be a class index from 0 to %d".formatted(classes - 1));
        return;
      }
    }
  }
}
