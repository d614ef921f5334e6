// Put in front of every family. Each operation rounds once, so that results are the CPU's bits wherever the
// device computes in IEEE 754 single precision with correctly rounded division and roots.
#pragma OPENCL FP_CONTRACT OFF

#define MAX_DIMENSIONS 6

// Up to three strided views walked together, innermost dimension first; see StridedWalk.java.
typedef struct {
  int rank;
  int offsetA, offsetB, offsetC;
  int size[MAX_DIMENSIONS];
  int a[MAX_DIMENSIONS];
  int b[MAX_DIMENSIONS];
  int c[MAX_DIMENSIONS];
} Walk;

// Where element i lies in the three views.
inline int3 place(const Walk* w, uint i) {
  int3 at = (int3)(w->offsetA, w->offsetB, w->offsetC);
  for (int d = 0; d < w->rank; d++) {
    uint size = (uint)w->size[d];
    int k = (int)(i % size);
    i /= size;
    at += k * (int3)(w->a[d], w->b[d], w->c[d]);
  }
  return at;
}

// Math.max and Math.min of Java: NaN if either is, and -0 < 0.
inline float maximum(float a, float b) {
  if (a != a || b != b) return NAN;
  return a > b ? a : b > a ? b : as_float(as_int(a) & as_int(b));
}

inline float minimum(float a, float b) {
  if (a != a || b != b) return NAN;
  return a < b ? a : b < a ? b : as_float(as_int(a) | as_int(b));
}

// FloatMath.java, operation by operation.
inline float power_of_two(int exponent) { return as_float((exponent + 127) << 23); }

inline float exp_f(float x) {
  if (!(x >= -103.972084f)) return x != x ? x : 0.0f;
  if (x > 88.722839f) return INFINITY;
  float n = fma(x, 1.44269504088896341f, 12582912.0f) - 12582912.0f;
  float r = fma(n, -0.693359375f, x);
  r = fma(n, 2.12194440e-4f, r);
  float p = 1.9875691500E-4f;
  p = fma(p, r, 1.3981999507E-3f);
  p = fma(p, r, 8.3334519073E-3f);
  p = fma(p, r, 4.1665795894E-2f);
  p = fma(p, r, 1.6666665459E-1f);
  p = fma(p, r, 5.0000001201E-1f);
  float y = fma(p, r * r, r) + 1.0f;
  int exponent = (int)n;
  int lower = exponent >> 1;
  return y * power_of_two(lower) * power_of_two(exponent - lower);
}

inline float log_f(float x) {
  if (!(x > 0.0f)) return x == 0.0f ? -INFINITY : NAN;
  if (x == INFINITY) return x;
  bool subnormal = x < 1.17549435e-38f;
  int bits = as_int(subnormal ? x * 33554432.0f : x);
  int e = (bits >> 23) - 126 - (subnormal ? 25 : 0);
  float m = as_float((bits & 0x7FFFFF) | 0x3F000000);
  float f = m - 1.0f;
  if (m < 0.70710677f) {
    e--;
    f += m;
  }
  float exponent = (float)e;
  float z = f * f;
  float y = 7.0376836292E-2f;
  y = fma(y, f, -1.1514610310E-1f);
  y = fma(y, f, 1.1676998740E-1f);
  y = fma(y, f, -1.2420140846E-1f);
  y = fma(y, f, 1.4249322787E-1f);
  y = fma(y, f, -1.6668057665E-1f);
  y = fma(y, f, 2.0000714765E-1f);
  y = fma(y, f, -2.4999993993E-1f);
  y = fma(y, f, 3.3333331174E-1f);
  y *= f;
  y = fma(y, z, exponent * -2.12194440e-4f);
  y = fma(-z, 0.5f, y);
  return fma(exponent, 0.693359375f, f + y);
}

inline float tanh_f(float x) {
  float magnitude = fabs(x);
  if (magnitude < 0.625f) {
    float z = x * x;
    float p = -5.70498872745E-3f;
    p = fma(p, z, 2.06390887954E-2f);
    p = fma(p, z, -5.37397155531E-2f);
    p = fma(p, z, 1.33314422036E-1f);
    p = fma(p, z, -3.33332819422E-1f);
    return fma(p * z, x, x);
  }
  float y = 1.0f - 2.0f / (exp_f(magnitude + magnitude) + 1.0f);
  return x < 0.0f ? -y : y;
}

inline float sigmoid_f(float x) { return 1.0f / (1.0f + exp_f(-x)); }
