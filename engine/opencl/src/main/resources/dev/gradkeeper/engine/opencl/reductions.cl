// Folds: `kept` walks the outputs (a: where their terms begin, c: the output), `folded` the terms of one output.
// The order of the terms follows from the shape alone; see Sums.java.

#define LANES 64

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
