package dev.gradkeeper.engine.train.spec;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a spec; its checks of plain numbers are shared by all the others. */
final class Problems {
  private final List<SpecProblem> found = new ArrayList<>();

  List<SpecProblem> found() {
    return List.copyOf(found);
  }

  void add(String pointer, String code, String detail) {
    found.add(new SpecProblem(pointer, code, detail));
  }

  void checkFinite(String pointer, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite((float) values[i])) {
        add(pointer + "/" + i, "not_finite", "the value must be finite in float32");
      }
    }
  }

  void checkNumber(String pointer, double value) {
    if (!Float.isFinite((float) value)) {
      add(pointer, "not_finite", "the value must be finite in float32");
    }
  }

  void checkAtLeast(String pointer, double value, double least) {
    if (!(value >= least) || !Float.isFinite((float) value)) {
      add(pointer, "invalid_value", "the value must be finite and at least %s".formatted(least));
    }
  }

  void checkAbove0(String pointer, Double value) {
    if (value != null
        && (!((float) value.doubleValue() > 0) || !Float.isFinite(value.floatValue()))) {
      add(pointer, "invalid_value", "the value must be finite and above 0");
    }
  }

  void checkPositive(String pointer, int value) {
    if (value < 1) {
      add(pointer, "invalid_value", "the value must be at least 1");
    }
  }
}
