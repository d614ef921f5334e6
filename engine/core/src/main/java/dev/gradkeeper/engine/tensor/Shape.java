package dev.gradkeeper.engine.tensor;

import java.util.Arrays;

/**
 * Arithmetic on shapes: the sizes of the dimensions, outermost first. An empty shape is a scalar.
 * Each function that can refuse takes the name of the operation for its message.
 */
public final class Shape {
  private Shape() {}

  /**
   * Number of elements.
   *
   * @throws IllegalArgumentException if a size is negative or the product exceeds 2³¹ - 1
   */
  public static int count(String operation, int... shape) {
    long count = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "%s: negative size in shape %s".formatted(operation, format(shape)));
      }
      count *= size;
      if (count > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s: shape %s has more than %d elements"
                .formatted(operation, format(shape), Integer.MAX_VALUE));
      }
    }
    return (int) count;
  }

  /**
   * The shape both broadcast to: aligned at the last dimension, sizes equal or one of them 1 or
   * missing, as in NumPy.
   *
   * @throws IllegalArgumentException if they do not fit, naming both
   */
  public static int[] broadcast(String operation, int[] a, int[] b) {
    if (Arrays.equals(a, b)) {
      return a;
    }
    int[] longer = a.length >= b.length ? a : b;
    int[] shorter = longer == a ? b : a;
    int[] out = longer.clone();
    int shift = longer.length - shorter.length;
    for (int d = 0; d < shorter.length; d++) {
      int size = shorter[d];
      if (size == out[d + shift] || size == 1) {
        continue;
      }
      if (out[d + shift] != 1) {
        throw mismatch(operation, a, b);
      }
      out[d + shift] = size;
    }
    return out;
  }

  /**
   * {@code dimension} counted from the front; negative values count from the end.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static int dimension(String operation, int dimension, int dimensions) {
    int fromFront = dimension < 0 ? dimension + dimensions : dimension;
    if (fromFront < 0 || fromFront >= dimensions) {
      throw new IllegalArgumentException(
          "%s: dimension %d of a tensor with %d dimensions"
              .formatted(operation, dimension, dimensions));
    }
    return fromFront;
  }

  /**
   * {@code target} with a single -1 replaced by the size that keeps the number of elements of
   * {@code from}.
   *
   * @throws IllegalArgumentException if the numbers of elements differ
   */
  public static int[] infer(String operation, int[] from, int... target) {
    int[] out = target.clone();
    int unknown = -1;
    long known = 1;
    for (int d = 0; d < out.length; d++) {
      if (out[d] == -1 && unknown < 0) {
        unknown = d;
      } else if (out[d] < 0) {
        throw mismatch(operation, from, target);
      } else {
        known *= out[d];
      }
    }
    long count = count(operation, from);
    if (unknown >= 0 && known > 0 && count % known == 0) {
      out[unknown] = (int) (count / known);
      known = count;
    } else if (unknown >= 0) {
      throw mismatch(operation, from, target);
    }
    if (known != count) {
      throw mismatch(operation, from, target);
    }
    return out;
  }

  /** {@code [2, 3]}. */
  public static String format(int... shape) {
    return Arrays.toString(shape);
  }

  /** The error for two shapes that do not fit {@code operation}. */
  public static IllegalArgumentException mismatch(String operation, int[] a, int[] b) {
    return new IllegalArgumentException(
        "%s: shapes %s and %s do not fit".formatted(operation, format(a), format(b)));
  }
}
