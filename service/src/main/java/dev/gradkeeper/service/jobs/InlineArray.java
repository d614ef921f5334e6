package dev.gradkeeper.service.jobs;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * Nested arrays of numbers as one array.
 *
 * @param values row-major
 * @param shape samples first
 */
record InlineArray(double[] values, int[] shape) {
  private static final int MAX_DIMENSIONS = 4;

  /**
   * @param pointer of the array in the job's JSON
   * @throws InlineDataException if something in it is no number, or its samples differ in shape
   */
  static InlineArray read(JsonNode array, String pointer) {
    int[] shape = shapeOfFirst(array, pointer);
    checkShape(array, shape, 0, pointer);
    // All samples have the first one's shape, so there are as many numbers as in the document.
    double[] values = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    copy(array, values, 0);
    return new InlineArray(values, shape);
  }

  private static int[] shapeOfFirst(JsonNode array, String pointer) {
    int[] shape = new int[MAX_DIMENSIONS];
    int dimensions = 0;
    String place = pointer;
    for (JsonNode node = array; node.isArray(); node = node.get(0)) {
      if (dimensions == MAX_DIMENSIONS) {
        throw mismatch(place, "Arrays may be nested %d levels deep.".formatted(MAX_DIMENSIONS));
      }
      if (node.isEmpty()) {
        throw mismatch(place, "The array is empty.");
      }
      shape[dimensions++] = node.size();
      place += "/0";
    }
    return Arrays.copyOf(shape, dimensions);
  }

  private static void checkShape(JsonNode array, int[] shape, int depth, String pointer) {
    if (!array.isArray() || array.size() != shape[depth]) {
      throw mismatch(
          pointer,
          "Must be an array of %d items, as in the first sample; all samples have one shape."
              .formatted(shape[depth]));
    }
    boolean innermost = depth == shape.length - 1;
    for (int i = 0; i < array.size(); i++) {
      if (!innermost) {
        checkShape(array.get(i), shape, depth + 1, pointer + "/" + i);
      } else if (!array.get(i).isNumber()) {
        throw new InlineDataException(
            pointer + "/" + i,
            array.get(i).isArray() ? "shape_mismatch" : "wrong_type",
            "Must be a number.");
      }
    }
  }

  private static int copy(JsonNode node, double[] values, int from) {
    int next = from;
    for (JsonNode item : node) {
      if (item.isArray()) {
        next = copy(item, values, next);
      } else {
        values[next++] =
            item.isBigInteger() ? item.bigIntegerValue().doubleValue() : item.doubleValue();
      }
    }
    return next;
  }

  private static InlineDataException mismatch(String pointer, String detail) {
    return new InlineDataException(pointer, "shape_mismatch", detail);
  }
}
