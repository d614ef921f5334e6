// c[m, n] = sum over k of a[m, k]·b[k, n] for every matrix of a batch; strides express transposition.

typedef struct {
  int m, n, k;
  int aRow, aColumn;
  int bRow, bColumn;
  int cRow, cColumn;
  int accumulate;
} Product;

#define ROWS 4
#define DOT_LANES 16

// Few outputs, or a device without local memory of its own: ROWS outputs of one column for each work-item.
kernel void gemm(global const float* a, global const float* b, global float* c, const Walk batches, const Product p) {
  int column = get_global_id(0);
  int top = get_global_id(1) * ROWS;
  if (column >= p.n) return;
  int3 at = place(&batches, get_global_id(2));
  int rows = min(ROWS, p.m - top);
  float sums[ROWS] = {0.0f, 0.0f, 0.0f, 0.0f};
  int ao = at.x + top * p.aRow;
  int bo = at.y + column * p.bColumn;
  if (rows == ROWS) {
    for (int k = 0; k < p.k; k++) {
      float x = b[bo + k * p.bRow];
      for (int i = 0; i < ROWS; i++) sums[i] = fma(a[ao + i * p.aRow + k * p.aColumn], x, sums[i]);
    }
  } else {
    for (int i = 0; i < rows; i++) {
      float s = 0.0f;
      for (int k = 0; k < p.k; k++) s = fma(a[ao + i * p.aRow + k * p.aColumn], b[bo + k * p.bRow], s);
      sums[i] = s;
    }
  }
  for (int i = 0; i < rows; i++) {
    int co = at.z + (top + i) * p.cRow + column * p.cColumn;
    c[co] = p.accumulate ? c[co] + sums[i] : sums[i];
  }
}

// Both operands dense along k: term k goes to lane k mod 16, then the upper half of the lanes is added to the lower.
kernel void gemm_dot(global const float* a, global const float* b, global float* c, const Walk batches,
                     const Product p) {
  int column = get_global_id(0);
  int row = get_global_id(1);
  if (column >= p.n) return;
  int3 at = place(&batches, get_global_id(2));
  global const float* x = a + at.x + row * p.aRow;
  global const float* y = b + at.y + column * p.bColumn;
  float16 sums = (float16)(0.0f);
  int full = p.k & -DOT_LANES;
  for (int k = 0; k < full; k += DOT_LANES) sums = fma(vload16(0, x + k), vload16(0, y + k), sums);
  float lanes[DOT_LANES];
  vstore16(sums, 0, lanes);
  for (int k = full; k < p.k; k++) lanes[k - full] = fma(x[k], y[k], lanes[k - full]);
  for (int h = DOT_LANES / 2; h > 0; h /= 2)
    for (int l = 0; l < h; l++) lanes[l] += lanes[l + h];
  int co = at.z + row * p.cRow + column * p.cColumn;
  c[co] = p.accumulate ? c[co] + lanes[0] : lanes[0];
}

kernel __attribute__((reqd_work_group_size(TILE_ITEMS, TILE_ITEMS, 1))) void gemm_tiled(
    global const float* a, global const float* b, global float* c, const Walk batches, const Product p) {
  int3 at = place(&batches, get_global_id(2));
#define A(m, k) a[at.x + (m)*p.aRow + (k)*p.aColumn]
#define B(k, n) b[at.y + (k)*p.bRow + (n)*p.bColumn]
#define C(m, n, s) \
  { \
    int co = at.z + (m)*p.cRow + (n)*p.cColumn; \
    c[co] = p.accumulate ? c[co] + (s) : (s); \
  }
  TILED_PRODUCT(p.m, p.n, p.k, p.aColumn == 1, ZERO, A, B, C)
}
