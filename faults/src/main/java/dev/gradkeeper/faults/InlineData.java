package dev.gradkeeper.faults;

import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/** Small data within a spec: normal inputs, and targets that a random linear map gives. */
final class InlineData {

  private InlineData() {}

  /** Targets: for each sample the class of the largest output. */
  static String classes(Random random, int samples, int features, int classes) {
    return draw(random, samples, features, classes, true);
  }

  /** Targets: for each sample the outputs with some noise. */
  static String values(Random random, int samples, int features, int outputs) {
    return draw(random, samples, features, outputs, false);
  }

  private static String draw(
      Random random, int samples, int features, int outputs, boolean classes) {
    double[][] map = new double[outputs][];
    for (int i = 0; i < outputs; i++) {
      map[i] = normal(random, features);
    }
    StringJoiner inputs = new StringJoiner(",", "[", "]");
    StringJoiner targets = new StringJoiner(",", "[", "]");
    for (int sample = 0; sample < samples; sample++) {
      double[] x = normal(random, features);
      double[] y = normal(random, outputs);
      int largest = 0;
      for (int i = 0; i < outputs; i++) {
        for (int j = 0; j < features; j++) {
          y[i] += map[i][j] * x[j];
        }
        largest = y[i] > y[largest] ? i : largest;
      }
      inputs.add(json(x));
      targets.add(classes ? Integer.toString(largest) : json(y));
    }
    return "{\"inline\": {\"inputs\": %s, \"targets\": %s}".formatted(inputs, targets);
  }

  private static double[] normal(Random random, int n) {
    return random.doubles(n).map(_ -> random.nextGaussian()).toArray();
  }

  private static String json(double[] values) {
    StringJoiner array = new StringJoiner(",", "[", "]");
    for (double value : values) {
      array.add(String.format(Locale.ROOT, "%.3f", value));
    }
    return array.toString();
  }
}
