package dev.gradkeeper.engine.data;

/**
 * The number that each of a byte's 256 values becomes in one channel of an image: divided by 255,
 * then normalised any number of times.
 *
 * <p>With one normalisation or none it is computed, in a loop that C2 makes vectors of, rather than
 * looked up. A division x / y is q = x·r with r = 1/y, corrected by its remainder: fma(fma(-q, y,
 * x), r, q) is rounded as the division is for nearly every y (P. Markstein, Computation of
 * elementary functions on the IBM RISC System/6000 processor, 1990); whether it is for all 256
 * values is tried out beforehand.
 */
final class ChannelLevels {
  private static final int COUNT = 256;
  private static final float BRIGHTEST = 255;

  private final float[] table = new float[COUNT];
  private int normalisations;
  private float mean = 0;
  private float std = 1;
  private boolean computed;

  ChannelLevels() {
    for (int level = 0; level < COUNT; level++) {
      table[level] = level / BRIGHTEST;
    }
    computed = isComputedExactly();
  }

  /** Subtracts {@code mean} and divides by {@code std}. */
  void normalize(float mean, float std) {
    for (int level = 0; level < COUNT; level++) {
      table[level] = (table[level] - mean) / std;
    }
    this.mean = mean;
    this.std = std;
    computed = ++normalisations == 1 && isComputedExactly();
  }

  private boolean isComputedExactly() {
    byte[] bytes = new byte[COUNT];
    for (int level = 0; level < COUNT; level++) {
      bytes[level] = (byte) level;
    }
    float[] values = new float[COUNT];
    compute(bytes, 0, COUNT, values, 0);
    for (int level = 0; level < COUNT; level++) {
      if (Float.floatToRawIntBits(values[level]) != Float.floatToRawIntBits(table[level])) {
        return false;
      }
    }
    return true;
  }

  /** Writes the numbers of n bytes, which it may change. */
  void apply(byte[] bytes, int from, int n, float[] out, int to) {
    if (computed) {
      compute(bytes, from, n, out, to);
      return;
    }
    for (int i = 0; i < n; i++) {
      out[to + i] = table[bytes[from + i] & 0xff];
    }
  }

  private void compute(byte[] bytes, int from, int n, float[] out, int to) {
    toSigned(bytes, from, n);
    compute(bytes, from, n, out, to, mean, std, 1 / std);
  }

  /** C2 makes vectors of conversions of signed bytes alone. */
  private static void toSigned(byte[] bytes, int from, int n) {
    for (int i = 0; i < n; i++) {
      bytes[from + i] ^= Byte.MIN_VALUE;
    }
  }

  private static void compute(
      byte[] bytes, int from, int n, float[] out, int to, float mean, float std, float inverse) {
    for (int i = 0; i < n; i++) {
      float level = (float) bytes[from + i] - Byte.MIN_VALUE;
      float share = level * (1 / BRIGHTEST);
      share = Math.fma(Math.fma(-share, BRIGHTEST, level), 1 / BRIGHTEST, share);
      float centred = share - mean;
      float value = centred * inverse;
      out[to + i] = Math.fma(Math.fma(-value, std, centred), inverse, value);
    }
  }
}
