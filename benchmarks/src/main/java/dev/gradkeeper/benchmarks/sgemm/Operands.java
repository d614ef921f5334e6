package dev.gradkeeper.benchmarks.sgemm;

/** The matrices that both sides multiply. */
final class Operands {

  private Operands() {}

  static float[] a(int size) {
    return filled(size, 7);
  }

  static float[] b(int size) {
    return filled(size, 11);
  }

  private static float[] filled(int size, int period) {
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i % period / 16f;
    }
    return values;
  }
}
