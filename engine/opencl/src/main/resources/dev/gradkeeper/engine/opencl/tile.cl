// A matrix product c[m, n] = sum over k of a[m, k]·b[k, n] by work-groups of TILE_ITEMS x TILE_ITEMS, each of which
// computes TILE x TILE outputs from TILE x TILE_K pieces of a and b in local memory. Every output adds its terms in the
// order of k. LOAD_A(m, k) and LOAD_B(k, n) give 0 outside of the matrices.

#define TILE_WIDTH (TILE / TILE_ITEMS)

// Sums that start with nothing.
#define ZERO(m) 0.0f

#define TILED_PRODUCT(M, N, K, A_ALONG_K, START, LOAD_A, LOAD_B, STORE) \
  local float as[TILE_K][TILE + 1]; \
  local float bs[TILE_K][TILE + 1]; \
  int column = get_local_id(0); \
  int line = get_local_id(1); \
  int item = line * TILE_ITEMS + column; \
  int top = get_group_id(1) * TILE; \
  int left = get_group_id(0) * TILE; \
  float sums[TILE_WIDTH][TILE_WIDTH]; \
  for (int i = 0; i < TILE_WIDTH; i++) \
    for (int j = 0; j < TILE_WIDTH; j++) sums[i][j] = START(top + line + i * TILE_ITEMS); \
  for (int k0 = 0; k0 < (K); k0 += TILE_K) { \
    for (int e = item; e < TILE * TILE_K; e += TILE_ITEMS * TILE_ITEMS) { \
      int am = (A_ALONG_K) ? e / TILE_K : e % TILE; \
      int ak = (A_ALONG_K) ? e % TILE_K : e / TILE; \
      as[ak][am] = top + am < (M) && k0 + ak < (K) ? LOAD_A(top + am, k0 + ak) : 0.0f; \
      int bn = e % TILE; \
      int bk = e / TILE; \
      bs[bk][bn] = left + bn < (N) && k0 + bk < (K) ? LOAD_B(k0 + bk, left + bn) : 0.0f; \
    } \
    barrier(CLK_LOCAL_MEM_FENCE); \
    int depth = min(TILE_K, (K) - k0); \
    for (int k = 0; k < depth; k++) { \
      float row[TILE_WIDTH]; \
      for (int i = 0; i < TILE_WIDTH; i++) row[i] = as[k][line + i * TILE_ITEMS]; \
      for (int j = 0; j < TILE_WIDTH; j++) { \
        float b = bs[k][column + j * TILE_ITEMS]; \
        for (int i = 0; i < TILE_WIDTH; i++) sums[i][j] = fma(row[i], b, sums[i][j]); \
      } \
    } \
    barrier(CLK_LOCAL_MEM_FENCE); \
  } \
  for (int i = 0; i < TILE_WIDTH; i++) \
    for (int j = 0; j < TILE_WIDTH; j++) { \
      int m = top + line + i * TILE_ITEMS; \
      int n = left + column + j * TILE_ITEMS; \
      if (m < (M) && n < (N)) STORE(m, n, sums[i][j]); \
    }
