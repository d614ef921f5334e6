package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/**
 * Arithmetic of one dtype on {@code double} operands: each operation rounds once, to the dtype. A
 * sum, product, quotient or root of floats that is computed in double and then rounded to float is
 * correctly rounded, since 53 bits are at least twice 24 and 2 more.
 */
abstract sealed class Arithmetic permits FloatArithmetic, DoubleArithmetic {
  static Arithmetic of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> FloatArithmetic.INSTANCE;
      case FLOAT64 -> DoubleArithmetic.INSTANCE;
      case INT32, UINT8 ->
          throw new IllegalArgumentException(
              "arithmetic on %s: copy it to FLOAT32 or FLOAT64 first".formatted(dtype));
    };
  }

  abstract double round(double x);

  abstract double fma(double a, double b, double c);

  abstract double exp(double x);

  abstract double log(double x);

  abstract double tanh(double x);

  abstract double sigmoid(double x);

  /** Zero if {@code x} is subnormal: arithmetic on subnormals is up to 30 times slower. */
  abstract double flush(double x);

  /** y[i] = fma(x[i], alpha, y[i]) for n elements from xo, yo with strides xs, ys. */
  abstract void fmaLine(
      HeapStorage x, int xo, int xs, double alpha, HeapStorage y, int yo, int ys, int n);

  /** Adds x[i]·y[i] to lane i mod {@link Sums#DOT_LANES} for n elements, both dense. */
  abstract void dotLanes(HeapStorage x, int xo, HeapStorage y, int yo, int n, HeapStorage lanes);

  /** The sum of {@link Sums#DOT_LANES} lanes. */
  abstract double fold(HeapStorage lanes);

  final double add(double a, double b) {
    return round(a + b);
  }

  final double sub(double a, double b) {
    return round(a - b);
  }

  final double mul(double a, double b) {
    return round(a * b);
  }

  final double div(double a, double b) {
    return round(a / b);
  }

  final double sqrt(double x) {
    return round(Math.sqrt(x));
  }

  /** Adds the upper half of the lanes to the lower one until one is left. */
  final double foldSum(double[] lanes) {
    for (int half = lanes.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] = add(lanes[i], lanes[i + half]);
      }
    }
    return lanes[0];
  }
}
