package dev.gradkeeper.service.jobs;

import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.Reached;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.service.web.model.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a job can begin with a checkpoint of another one, and where it does.
 *
 * @param errors empty if it can
 * @param reached where it begins: the checkpoint's place, or the next epoch or window where these
 *     are no longer the same
 * @param totalSteps that it has made at its end, those before the checkpoint included
 */
record ForkCheck(List<FieldError> errors, Reached reached, long totalSteps) {

  /**
   * @param origin the effective spec of the job that the checkpoint is of
   */
  static ForkCheck of(ObjectNode origin, Reached checkpoint, SpecValidation.Valid fork) {
    TrainingSpec before = TrainingSpecReader.read(origin);
    TrainingSpec after = fork.training();
    List<FieldError> errors = new ArrayList<>();
    if (before.seed() != after.seed()) {
      errors.add(
          error(
              "/seed",
              "cannot_change",
              "A fork goes on with the draws of seed %s.",
              before.seed()));
    }
    String optimizer = origin.at("/optimizer/type").stringValue();
    if (!optimizer.equals(fork.effective().at("/optimizer/type").stringValue())) {
      errors.add(
          error(
              "/optimizer/type",
              "cannot_change",
              "The checkpoint has the state of `%s`.",
              optimizer));
    }
    checkParameters(before.layers(), after.layers(), errors);
    int batches = after.data().batchesPerEpoch(fork.data().samples());
    boolean sameEpoch = order(origin).equals(order(fork.effective()));
    boolean sameWindow =
        before.gradients().accumulationSteps() == after.gradients().accumulationSteps();
    Reached reached =
        new Reached(
            checkpoint.step(),
            checkpoint.epoch(),
            sameEpoch ? checkpoint.batches() : batches,
            sameWindow ? checkpoint.windowSize() : 0);
    long totalSteps =
        after.stop().totalSteps(reached, batches, after.gradients().accumulationSteps());
    if (totalSteps <= reached.step()) {
      errors.add(
          error(
              limit(after.stop(), reached.step()),
              "already_reached",
              "The checkpoint is of step %s; there would be nothing left to train.",
              reached.step()));
    }
    return new ForkCheck(errors, reached, totalSteps);
  }

  private static String limit(StopSpec stop, long step) {
    return stop.maxSteps() != null && stop.maxSteps() <= step ? "/max_steps" : "/epochs";
  }

  /** What decides which sample is the next one. */
  private static ObjectNode order(ObjectNode spec) {
    return ((ObjectNode) spec.get("dataset")).deepCopy().remove(List.of("workers", "transforms"));
  }

  private static void checkParameters(
      List<LayerSpec> before, List<LayerSpec> after, List<FieldError> errors) {
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      String saved = i < before.size() ? parameters(before.get(i)) : null;
      String wanted = i < after.size() ? parameters(after.get(i)) : null;
      if (saved == null ? wanted != null : !saved.equals(wanted)) {
        errors.add(
            error(
                i < after.size() ? "/model/layers/" + i : "/model/layers",
                "shape_mismatch",
                "Layer %s of the checkpoint has %s; here it has %s.",
                i,
                saved == null ? "no parameters" : saved,
                wanted == null ? "none" : wanted));
      }
    }
  }

  /** Null if it has none. */
  private static @Nullable String parameters(LayerSpec layer) {
    return switch (layer) {
      case LayerSpec.Linear linear ->
          shapes(linear.bias(), "[%d, %d]".formatted(linear.outFeatures(), linear.inFeatures()));
      case LayerSpec.Conv2d conv ->
          shapes(
              conv.bias(),
              "[%d, %d, %d, %d]"
                  .formatted(
                      conv.outChannels(),
                      conv.inChannels() / conv.groups(),
                      conv.kernelSize()[0],
                      conv.kernelSize()[1]));
      default -> null;
    };
  }

  private static String shapes(boolean bias, String weight) {
    return "a weight of " + weight + (bias ? " and a bias" : " and no bias");
  }

  private static FieldError error(String pointer, String code, String detail, Object... values) {
    return new FieldError(pointer, code, detail.formatted(values));
  }
}
