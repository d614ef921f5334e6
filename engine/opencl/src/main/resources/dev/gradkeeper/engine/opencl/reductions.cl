// Folds: `kept` walks the outputs (a: where their terms begin, c: the output), `folded` the terms of one output.
// The order of the terms follows from the shape alone; see Sums.java.

#define LANES 64
#define SHORT 32 // fewer terms than these are added in order

#define REDUCTION(NAME, START, STEP, JOIN) \
  /* One work-item for each output, term after term. */ \
  kernel void NAME##_in_order(global const float* in, global float* out, const Walk kept, const Walk folded, \
                              int outputs, int terms) { \
    int i = get_global_id(0); \
    if (i >= outputs) return; \
    int3 at = place(&kept, i); \
    float s = START; \
    for (int t = 0; t < terms; t++) { \
      float x = in[at.x + place(&folded, t).x]; \
      s = STEP; \
    } \
    out[at.z] = s; \
  } \
  /* One work-group for each output and chunk of its terms: rows of `row` terms, dealt out to the lanes anew in */ \
  /* each row, then the upper half of the lanes added to the lower one. */ \
  kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void NAME##_lanes( \
      global const float* in, global float* out, const Walk kept, const Walk folded, int terms, int row, int chunk) { \
    local float lanes[LANES]; \
    int lane = get_local_id(0); \
    int3 at = place(&kept, get_group_id(0)); \
    int first = get_group_id(1) * chunk; \
    int last = min(first + chunk, terms); \
    float s = START; \
    for (int r = first; r < last; r += row) { \
      int end = min(r + row, last); \
      for (int t = r + lane; t < end; t += LANES) { \
        float x = in[at.x + place(&folded, t).x]; \
        s = STEP; \
      } \
    } \
    lanes[lane] = s; \
    for (int h = LANES / 2; h > 0; h /= 2) { \
      barrier(CLK_LOCAL_MEM_FENCE); \
      if (lane < h) lanes[lane] = JOIN(lanes[lane], lanes[lane + h]); \
    } \
    if (lane == 0) out[at.z + (int)get_group_id(1)] = lanes[0]; \
  }

#define PLUS(a, b) ((a) + (b))
REDUCTION(sum, 0.0f, s + x, PLUS)
REDUCTION(sum_of_squares, 0.0f, fma(x, x, s), PLUS)
REDUCTION(max, -INFINITY, maximum(s, x), maximum)

typedef struct {
  int height, width, terms;
  int x[5], out[4]; // strides, then the offset
} Quads;

// One work-item for each term: the quads row by row, then the last column of an odd width, then the last row.
kernel void sum_quads(global const float* x, global float* out, const Quads q) {
  int i = get_global_id(0);
  int c = get_global_id(1);
  int n = get_global_id(2);
  if (i >= q.terms) return;
  x += q.x[4] + n * q.x[0] + c * q.x[1];
  int down = q.x[2];
  int right = q.x[3];
  int columns = q.width / 2;
  int beside = i - q.height / 2 * columns;
  int column = q.width % 2 * q.height;
  float s;
  if (beside < 0) {
    x += i / columns * 2 * down + i % columns * 2 * right;
    s = (x[0] + x[down]) + (x[right] + x[down + right]);
  } else if (beside < column) {
    s = x[beside * down + (q.width - 1) * right];
  } else {
    s = x[(q.height - 1) * down + (beside - column) * right];
  }
  out[q.out[3] + c * q.out[0] + n * q.out[1] + i * q.out[2]] = s;
}

kernel void argmax(global const float* in, global int* out, const Walk rows, int count, int n, int stride) {
  int i = get_global_id(0);
  if (i >= count) return;
  int3 at = place(&rows, i);
  int best = 0;
  float largest = in[at.x];
  for (int j = 1; j < n; j++) {
    float x = in[at.x + j * stride];
    if (x > largest || (x != x && largest == largest)) {
      largest = x;
      best = j;
    }
  }
  out[at.z] = best;
}

// The norm of many parts of one buffer, in the orders of sum_of_squares: of pieces, of parts, of all.

// One work-group for each fold of `terms` terms, x being term t: by lanes or, by the first work-item, in order.
#define FOLD(TERMS, IN_ORDER, STEP, STORE) \
  local float lanes[LANES]; \
  int lane = get_local_id(0); \
  int stride = (IN_ORDER) ? 1 : LANES; \
  int end = (IN_ORDER) && lane > 0 ? 0 : (TERMS); \
  float s = 0.0f; \
  for (int t = lane; t < end; t += stride) s = STEP; \
  lanes[lane] = s; \
  for (int h = LANES / 2; h > 0; h /= 2) { \
    barrier(CLK_LOCAL_MEM_FENCE); \
    if (lane < h && !(IN_ORDER)) lanes[lane] += lanes[lane + h]; \
  } \
  if (lane == 0) STORE;

typedef struct {
  int offset, terms, inOrder;
} Piece;

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void squares_of_pieces(
    global const float* values, global const Piece* pieces, global float* partial) {
  Piece piece = pieces[get_group_id(0)];
  global const float* x = values + piece.offset;
  FOLD(piece.terms, piece.inOrder, fma(x[t], x[t], s), partial[get_group_id(0)] = lanes[0])
}

// The pieces of part i are partial[firsts[i]] to partial[firsts[i + 1]].
kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void norms_of_parts(
    global const float* partial, global const int* firsts, global float* norms, int norms_offset) {
  int part = get_group_id(0);
  global const float* x = partial + firsts[part];
  int terms = firsts[part + 1] - firsts[part];
  FOLD(terms, terms < SHORT, s + x[t], norms[norms_offset + part] = sqrt(lanes[0]))
}

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void norm_of_norms(
    global const float* norms, int norms_offset, int terms, global float* total, int total_offset) {
  global const float* x = norms + norms_offset;
  FOLD(terms, terms < SHORT, fma(x[t], x[t], s), total[total_offset] = sqrt(lanes[0]))
}
