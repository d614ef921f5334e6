package dev.gradkeeper.engine.random;

/**
 * Box and Muller's transform of 16 uniform numbers in place: elements j and j+8 make a pair.
 *
 * <p>In float32 the logarithm, sine and cosine are the polynomials of the Cephes library (S.
 * Moshier), evaluated with the fused operations of PyTorch's AVX2 kernel. Each {@code fma} and each
 * plain operation stands where that kernel rounds: changing one changes bits.
 */
final class NormalBlock {
  private static final float TWO_PI = 6.283185307179586f;
  private static final float SMALLEST_NORMAL = 0x1p-126f;

  private NormalBlock() {}

  static void transform(float[] data, int start, float mean, float std) {
    for (int j = start; j < start + 8; j++) {
      float radius = (float) Math.sqrt(-2f * log(1f - data[j]));
      float angle = TWO_PI * data[j + 8];
      // Octants counted from 1 and rounded up to even, so that the rest lies within ±π/4.
      int octant = ((int) (angle * 1.27323954473516f) + 1) & ~1;
      float rest = reduce(angle, octant);
      float sine = sinOfRest(rest);
      float cosine = cosOfRest(rest);
      boolean swap = (octant & 2) != 0;
      float sin = swap ? cosine : sine;
      float cos = swap ? sine : cosine;
      sin = (octant & 4) != 0 ? -sin : sin;
      cos = ((octant - 2) & 4) == 0 ? -cos : cos;
      data[j] = Math.fma(radius * cos, std, mean);
      data[j + 8] = Math.fma(radius * sin, std, mean);
    }
  }

  static void transform(double[] data, int start, double mean, double std) {
    for (int j = start; j < start + 8; j++) {
      double radius = Math.sqrt(-2 * StrictMath.log(1 - data[j]));
      double angle = 2 * Math.PI * data[j + 8];
      data[j] = radius * StrictMath.cos(angle) * std + mean;
      data[j + 8] = radius * StrictMath.sin(angle) * std + mean;
    }
  }

  private static float log(float value) {
    int bits = Float.floatToRawIntBits(Math.max(value, SMALLEST_NORMAL));
    float exponent = (bits >>> 23) - 127 + 1f;
    float mantissa = Float.intBitsToFloat((bits & 0x7fffff) | 0x3f000000);
    float x = mantissa - 1f;
    if (mantissa < 0.70710677f) {
      exponent -= 1f;
      x += mantissa;
    }
    float z = x * x;
    float y = 7.0376836292E-2f;
    y = Math.fma(y, x, -1.1514610310E-1f);
    y = Math.fma(y, x, 1.1676998740E-1f);
    y = Math.fma(y, x, -1.2420140846E-1f);
    y = Math.fma(y, x, 1.4249322787E-1f);
    y = Math.fma(y, x, -1.6668057665E-1f);
    y = Math.fma(y, x, 2.0000714765E-1f);
    y = Math.fma(y, x, -2.4999993993E-1f);
    y = Math.fma(y, x, 3.3333331174E-1f);
    y *= x;
    y = Math.fma(y, z, exponent * -2.12194440e-4f);
    y = Math.fma(-z, 0.5f, y);
    x += y;
    return Math.fma(exponent, 0.693359375f, x);
  }

  /** angle - octant·π/4, with π/4 in three parts. */
  private static float reduce(float angle, float octant) {
    float x = Math.fma(octant, -0.78515625f, angle);
    x = Math.fma(octant, -2.4187564849853515625e-4f, x);
    return Math.fma(octant, -3.77489497744594108e-8f, x);
  }

  private static float cosOfRest(float x) {
    float z = x * x;
    float c = 2.443315711809948e-5f;
    c = Math.fma(c, z, -1.388731625493765e-3f);
    c = Math.fma(c, z, 4.166664568298827e-2f);
    c *= z;
    c = Math.fma(c, z, -(z * 0.5f));
    return c + 1f;
  }

  private static float sinOfRest(float x) {
    float z = x * x;
    float s = -1.9515295891e-4f;
    s = Math.fma(s, z, 8.3321608736e-3f);
    s = Math.fma(s, z, -1.6666654611e-1f);
    s *= z;
    return Math.fma(s, x, x);
  }
}
