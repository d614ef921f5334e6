// Movement and elementwise functions: one work-item for each element of the output.
// *_dense: all views lie densely in the same order; *_strided: any strides, with broadcasting.

#define FILL(TYPE) \
  kernel void fill_##TYPE(global TYPE* out, const Walk w, int n, TYPE value) { \
    int i = get_global_id(0); \
    if (i < n) out[place(&w, i).z] = value; \
  }
FILL(float)
FILL(int)
FILL(uchar)

#define COPY(FROM, TO, CONVERT) \
  kernel void copy_##FROM##_##TO(global const FROM* in, global TO* out, const Walk w, int n) { \
    int i = get_global_id(0); \
    if (i < n) { \
      int3 at = place(&w, i); \
      out[at.z] = CONVERT(in[at.x]); \
    } \
  }
#define TO_INT(x) ((x) != (x) ? 0 : convert_int_sat_rtz(x))
#define TO_BYTE(x) ((uchar)TO_INT(x))
COPY(float, float, )
COPY(float, int, TO_INT)
COPY(float, uchar, TO_BYTE)
COPY(int, float, convert_float_rte)
COPY(int, int, )
COPY(int, uchar, (uchar))
COPY(uchar, float, (float))
COPY(uchar, int, (int))
COPY(uchar, uchar, )

#define UNARY(NAME, Y) \
  kernel void NAME##_dense(global const float* in, int ao, global float* out, int co, int n) { \
    int i = get_global_id(0); \
    if (i < n) { \
      float x = in[ao + i]; \
      out[co + i] = Y; \
    } \
  } \
  kernel void NAME##_strided(global const float* in, global float* out, const Walk w, int n) { \
    int i = get_global_id(0); \
    if (i < n) { \
      int3 at = place(&w, i); \
      float x = in[at.x]; \
      out[at.z] = Y; \
    } \
  }
UNARY(neg, -x)
UNARY(abs, fabs(x))
UNARY(square, x * x)
UNARY(sqrt, sqrt(x))
UNARY(reciprocal, 1.0f / x)
UNARY(exp, exp_f(x))
UNARY(log, log_f(x))
UNARY(tanh, tanh_f(x))
UNARY(sigmoid, sigmoid_f(x))
UNARY(relu, x <= 0.0f ? 0.0f : x)

#define BINARY(NAME, Y) \
  kernel void NAME##_dense(global const float* left, int ao, global const float* right, int bo, \
                           global float* out, int co, int n) { \
    int i = get_global_id(0); \
    if (i < n) { \
      float a = left[ao + i]; \
      float b = right[bo + i]; \
      out[co + i] = Y; \
    } \
  } \
  kernel void NAME##_strided(global const float* left, global const float* right, global float* out, \
                             const Walk w, int n) { \
    int i = get_global_id(0); \
    if (i < n) { \
      int3 at = place(&w, i); \
      float a = left[at.x]; \
      float b = right[at.y]; \
      out[at.z] = Y; \
    } \
  }
BINARY(add, a + b)
BINARY(sub, a - b)
BINARY(mul, a * b)
BINARY(div, a / b)
BINARY(maximum, maximum(a, b))
BINARY(minimum, minimum(a, b))
BINARY(where_positive, a > 0.0f ? b : 0.0f)
BINARY(tanh_backward, b * fma(-a, a, 1.0f))
BINARY(sigmoid_backward, b * (1.0f - a) * a)

kernel void affine(global const float* in, global float* out, const Walk w, int n, float scale, float shift) {
  int i = get_global_id(0);
  if (i < n) {
    int3 at = place(&w, i);
    out[at.z] = fma(in[at.x], scale, shift);
  }
}

kernel void axpy(global const float* x, global float* y, const Walk w, int n, float alpha) {
  int i = get_global_id(0);
  if (i < n) {
    int3 at = place(&w, i);
    y[at.z] = fma(x[at.x], alpha, y[at.z]);
  }
}
