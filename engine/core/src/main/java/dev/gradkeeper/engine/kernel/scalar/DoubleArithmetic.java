package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.heap.DoubleStorage;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

final class DoubleArithmetic extends Arithmetic {
  static final DoubleArithmetic INSTANCE = new DoubleArithmetic();

  private DoubleArithmetic() {}

  @Override
  double round(double x) {
    return x;
  }

  @Override
  double fma(double a, double b, double c) {
    return Math.fma(a, b, c);
  }

  @Override
  double exp(double x) {
    return StrictMath.exp(x);
  }

  @Override
  double log(double x) {
    return StrictMath.log(x);
  }

  @Override
  double tanh(double x) {
    return StrictMath.tanh(x);
  }

  @Override
  double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  @Override
  double flush(double x) {
    return Math.abs(x) < Double.MIN_NORMAL ? 0 : x;
  }

  @Override
  void fmaLine(HeapStorage x, int xo, int xs, double alpha, HeapStorage y, int yo, int ys, int n) {
    double[] from = ((DoubleStorage) x).array();
    double[] to = ((DoubleStorage) y).array();
    double factor = alpha;
    if (xs == 1 && ys == 1) {
      for (int i = 0; i < n; i++) {
        to[yo + i] = Math.fma(from[xo + i], factor, to[yo + i]);
      }
    } else {
      for (int i = 0; i < n; i++) {
        to[yo + i * ys] = Math.fma(from[xo + i * xs], factor, to[yo + i * ys]);
      }
    }
  }

  @Override
  void dotLanes(HeapStorage x, int xo, HeapStorage y, int yo, int n, HeapStorage lanes) {
    double[] left = ((DoubleStorage) x).array();
    double[] right = ((DoubleStorage) y).array();
    double[] sums = ((DoubleStorage) lanes).array();
    int full = n & -Sums.DOT_LANES;
    for (int i = 0; i < full; i += Sums.DOT_LANES) {
      for (int l = 0; l < Sums.DOT_LANES; l++) {
        sums[l] = Math.fma(left[xo + i + l], right[yo + i + l], sums[l]);
      }
    }
    for (int i = full; i < n; i++) {
      sums[i - full] = Math.fma(left[xo + i], right[yo + i], sums[i - full]);
    }
  }

  @Override
  double fold(HeapStorage lanes) {
    double[] sums = ((DoubleStorage) lanes).array();
    for (int half = Sums.DOT_LANES / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        sums[l] += sums[l + half];
      }
    }
    return sums[0];
  }
}
