package dev.gradkeeper.engine.kernel.scalar;

/**
 * Transcendental functions of float32 as polynomials in fused multiply-adds: the same bits
 * interpreted, compiled, and lane by lane in the vector kernels, which no library function
 * promises. Coefficients and reductions are those of Cephes (S. Moshier, single precision); errors
 * stay below 2 units in the last place.
 */
public final class FloatMath {
  // e^r on |r| <= ln(2)/2, ln(2) in two parts of which the first has few bits
  public static final float LOG2_E = 1.44269504088896341f;
  public static final float LN2_HIGH = 0.693359375f;
  public static final float LN2_LOW = -2.12194440e-4f;
  public static final float EXP_MAX = 88.722839f;
  public static final float EXP_MIN = -103.972084f;
  public static final float EXP0 = 1.9875691500E-4f;
  public static final float EXP1 = 1.3981999507E-3f;
  public static final float EXP2 = 8.3334519073E-3f;
  public static final float EXP3 = 4.1665795894E-2f;
  public static final float EXP4 = 1.6666665459E-1f;
  public static final float EXP5 = 5.0000001201E-1f;

  /** Adding and subtracting 1.5·2²³ rounds to the nearest integer. */
  public static final float ROUNDER = 12582912f;

  public static final float TANH_SMALL = 0.625f;
  public static final float TANH0 = -5.70498872745E-3f;
  public static final float TANH1 = 2.06390887954E-2f;
  public static final float TANH2 = -5.37397155531E-2f;
  public static final float TANH3 = 1.33314422036E-1f;
  public static final float TANH4 = -3.33332819422E-1f;

  private static final float SQRT_HALF = 0.70710677f;
  private static final float TWO_POW_25 = 0x1p25f;
  private static final float[] LOG = {
    7.0376836292E-2f,
    -1.1514610310E-1f,
    1.1676998740E-1f,
    -1.2420140846E-1f,
    1.4249322787E-1f,
    -1.6668057665E-1f,
    2.0000714765E-1f,
    -2.4999993993E-1f,
    3.3333331174E-1f
  };

  private FloatMath() {}

  /** e^x = 2^n·e^r with n = round(x/ln 2), in two powers of two so that subnormals come out. */
  public static float exp(float x) {
    if (!(x >= EXP_MIN)) {
      return x != x ? x : 0;
    }
    if (x > EXP_MAX) {
      return Float.POSITIVE_INFINITY;
    }
    float n = Math.fma(x, LOG2_E, ROUNDER) - ROUNDER;
    float r = Math.fma(n, -LN2_HIGH, x);
    r = Math.fma(n, -LN2_LOW, r);
    float p = EXP0;
    p = Math.fma(p, r, EXP1);
    p = Math.fma(p, r, EXP2);
    p = Math.fma(p, r, EXP3);
    p = Math.fma(p, r, EXP4);
    p = Math.fma(p, r, EXP5);
    float y = Math.fma(p, r * r, r) + 1;
    int exponent = (int) n;
    int half = exponent >> 1;
    return y * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  /** ln x; -∞ at 0, NaN below. */
  public static float log(float x) {
    if (!(x > 0)) {
      return x == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
    }
    if (x == Float.POSITIVE_INFINITY) {
      return x;
    }
    float scaled = x < Float.MIN_NORMAL ? x * TWO_POW_25 : x;
    int bits = Float.floatToRawIntBits(scaled);
    int e = (bits >>> 23) - 126 - (x < Float.MIN_NORMAL ? 25 : 0);
    float m = Float.intBitsToFloat(bits & 0x7FFFFF | 0x3F000000);
    float f = m - 1;
    if (m < SQRT_HALF) {
      e--;
      f += m;
    }
    float exponent = e;
    float z = f * f;
    float y = LOG[0];
    for (int i = 1; i < LOG.length; i++) {
      y = Math.fma(y, f, LOG[i]);
    }
    y *= f;
    y = Math.fma(y, z, exponent * LN2_LOW);
    y = Math.fma(-z, 0.5f, y);
    return Math.fma(exponent, LN2_HIGH, f + y);
  }

  /** A polynomial near 0, else 1 - 2/(e^2|x| + 1) with the sign of x. */
  public static float tanh(float x) {
    float magnitude = Math.abs(x);
    if (magnitude < TANH_SMALL) {
      float z = x * x;
      float p = TANH0;
      p = Math.fma(p, z, TANH1);
      p = Math.fma(p, z, TANH2);
      p = Math.fma(p, z, TANH3);
      p = Math.fma(p, z, TANH4);
      return Math.fma(p * z, x, x);
    }
    float y = 1 - 2 / (exp(magnitude + magnitude) + 1);
    return x < 0 ? -y : y;
  }

  public static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat(exponent + 127 << 23);
  }
}
