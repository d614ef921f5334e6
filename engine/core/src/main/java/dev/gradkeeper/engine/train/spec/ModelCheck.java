package dev.gradkeeper.engine.train.spec;

import java.util.List;

/** Checks the layers apart from their shapes. */
final class ModelCheck {
  private final TrainingSpec spec;
  private final Problems problems;

  ModelCheck(TrainingSpec spec, Problems problems) {
    this.spec = spec;
    this.problems = problems;
  }

  void check(List<LayerShape> layers) {
    boolean complete = layers.size() == spec.layers().size();
    if (complete && layers.stream().allMatch(layer -> layer.parameters() == 0)) {
      problems.add(
          "/model/layers",
          "no_parameters",
          "the model has nothing to train; add a linear or conv2d");
    }
    for (int i = 0; i < spec.layers().size(); i++) {
      if (spec.layers().get(i) instanceof LayerSpec.Dropout(double p) && !(p >= 0 && p < 1)) {
        problems.add(
            "/model/layers/%d/p".formatted(i), "invalid_value", "p must be at least 0 and below 1");
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
      problems.add(pointer + "/bias", "no_bias", "the layer has no bias to initialise");
    }
  }

  private void checkInit(String pointer, InitSpec init) {
    switch (init) {
      case null -> {}
      case InitSpec.Normal(double mean, double std) -> {
        problems.checkNumber(pointer + "/mean", mean);
        problems.checkAtLeast(pointer + "/std", std, 0);
      }
      case InitSpec.Uniform(double low, double high) -> {
        problems.checkNumber(pointer + "/low", low);
        problems.checkNumber(pointer + "/high", high);
        if (low > high) {
          problems.add(pointer + "/high", "invalid_value", "high must not be below low");
        }
      }
      case InitSpec.Constant(double value) -> problems.checkNumber(pointer + "/value", value);
    }
  }
}
