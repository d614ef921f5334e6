package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

final class FloatArithmetic extends Arithmetic {
  static final FloatArithmetic INSTANCE = new FloatArithmetic();

  private FloatArithmetic() {}

  @Override
  double round(double x) {
    return (float) x;
  }

  @Override
  double fma(double a, double b, double c) {
    return Math.fma((float) a, (float) b, (float) c);
  }

  @Override
  double exp(double x) {
    return FloatMath.exp((float) x);
  }

  @Override
  double log(double x) {
    return FloatMath.log((float) x);
  }

  @Override
  double tanh(double x) {
    return FloatMath.tanh((float) x);
  }

  @Override
  double sigmoid(double x) {
    return FloatMath.sigmoid((float) x);
  }

  @Override
  double flush(double x) {
    return Math.abs(x) < Float.MIN_NORMAL ? 0 : x;
  }

  @Override
  void fmaLine(HeapStorage x, int xo, int xs, double alpha, HeapStorage y, int yo, int ys, int n) {
    float[] from = ((FloatStorage) x).array();
    float[] to = ((FloatStorage) y).array();
    float factor = (float) alpha;
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
    float[] left = ((FloatStorage) x).array();
    float[] right = ((FloatStorage) y).array();
    float[] sums = ((FloatStorage) lanes).array();
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
    float[] sums = ((FloatStorage) lanes).array();
    for (int half = Sums.DOT_LANES / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        sums[l] += sums[l + half];
      }
    }
    return sums[0];
  }
}
