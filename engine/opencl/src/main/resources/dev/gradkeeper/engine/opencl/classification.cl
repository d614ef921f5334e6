// Logarithm of softmax, and the choice of one class in each row. Short rows: one work-item each; long ones: a
// work-group of 64 lanes each. Orders as in reductions.cl.

#define LANES 64

kernel void log_softmax_short(global const float* in, global float* out, const Walk rows, int count, int n,
                              int xs, int os) {
  int i = get_global_id(0);
  if (i >= count) return;
  int3 at = place(&rows, i);
  float largest = -INFINITY;
  for (int j = 0; j < n; j++) largest = maximum(largest, in[at.x + j * xs]);
  float s = 0.0f;
  for (int j = 0; j < n; j++) s += exp_f(in[at.x + j * xs] - largest);
  float shift = log_f(s);
  for (int j = 0; j < n; j++) out[at.z + j * os] = in[at.x + j * xs] - largest - shift;
}

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void log_softmax_long(
    global const float* in, global float* out, const Walk rows, int n, int xs, int os) {
  local float lanes[LANES];
  int lane = get_local_id(0);
  int3 at = place(&rows, get_group_id(0));
  float largest = -INFINITY;
  for (int j = lane; j < n; j += LANES) largest = maximum(largest, in[at.x + j * xs]);
  lanes[lane] = largest;
  for (int h = LANES / 2; h > 0; h /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < h) lanes[lane] = maximum(lanes[lane], lanes[lane + h]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  largest = lanes[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  float s = 0.0f;
  for (int j = lane; j < n; j += LANES) s += exp_f(in[at.x + j * xs] - largest);
  lanes[lane] = s;
  for (int h = LANES / 2; h > 0; h /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < h) lanes[lane] += lanes[lane + h];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  float shift = log_f(lanes[0]);
  for (int j = lane; j < n; j += LANES) out[at.z + j * os] = in[at.x + j * xs] - largest - shift;
}

kernel void log_softmax_backward_short(global const float* out, global const float* grad_out, global float* grad_x,
                                       const Walk rows, int count, int n, int os, int gs, int xs) {
  int i = get_global_id(0);
  if (i >= count) return;
  int3 at = place(&rows, i);
  float s = 0.0f;
  for (int j = 0; j < n; j++) s += grad_out[at.y + j * gs];
  for (int j = 0; j < n; j++) grad_x[at.z + j * xs] = grad_out[at.y + j * gs] - exp_f(out[at.x + j * os]) * s;
}

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void log_softmax_backward_long(
    global const float* out, global const float* grad_out, global float* grad_x, const Walk rows, int n, int os,
    int gs, int xs) {
  local float lanes[LANES];
  int lane = get_local_id(0);
  int3 at = place(&rows, get_group_id(0));
  float s = 0.0f;
  for (int j = lane; j < n; j += LANES) s += grad_out[at.y + j * gs];
  lanes[lane] = s;
  for (int h = LANES / 2; h > 0; h /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < h) lanes[lane] += lanes[lane + h];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  s = lanes[0];
  for (int j = lane; j < n; j += LANES) {
    grad_x[at.z + j * xs] = grad_out[at.y + j * gs] - exp_f(out[at.x + j * os]) * s;
  }
}

kernel void gather(global const float* in, int io, int row, int column, global const int* index, int xo, int xs,
                   global float* out, int oo, int os, int n) {
  int i = get_global_id(0);
  if (i < n) out[oo + i * os] = in[io + i * row + index[xo + i * xs] * column];
}

kernel void scatter(global const float* values, int vo, int vs, global const int* index, int xo, int xs,
                    global float* out, int oo, int row, int column, int n, int classes) {
  int i = get_global_id(0);
  if (i >= n) return;
  int chosen = index[xo + i * xs];
  for (int j = 0; j < classes; j++) {
    out[oo + i * row + j * column] = j == chosen ? values[vo + i * vs] : 0.0f;
  }
}
