// The updates of torch.optim, each operation rounded once, in torch's order; see Optimizers.java.

inline float flush(float x) { return fabs(x) < 1.17549435e-38f ? 0.0f : x; }

inline float gradient(float g, float x, float weight_decay, int maximize) {
  float d = maximize ? -g : g;
  return weight_decay == 0.0f ? d : fma(x, weight_decay, d);
}

// Walk: a = gradient, c = parameter.
kernel void sgd(global const float* grad, global float* parameter, const Walk w, int n, float minus_lr,
                float weight_decay, int maximize) {
  int i = get_global_id(0);
  if (i >= n) return;
  int3 at = place(&w, i);
  float x = parameter[at.z];
  parameter[at.z] = fma(gradient(grad[at.x], x, weight_decay, maximize), minus_lr, x);
}

// Walk: a = gradient, b = momentum buffer, c = parameter.
kernel void sgd_momentum(global const float* grad, global float* buffer, global float* parameter, const Walk w, int n,
                         float minus_lr, float weight_decay, int maximize, float momentum, float undamped,
                         int nesterov, int first) {
  int i = get_global_id(0);
  if (i >= n) return;
  int3 at = place(&w, i);
  float x = parameter[at.z];
  float d = gradient(grad[at.x], x, weight_decay, maximize);
  float moment = first ? d : fma(d, undamped, buffer[at.y] * momentum);
  moment = flush(moment);
  buffer[at.y] = moment;
  d = nesterov ? fma(moment, momentum, d) : moment;
  parameter[at.z] = fma(d, minus_lr, x);
}

// Walk: a = gradient, b = first moment, c = parameter; the second moment has the first one's strides.
kernel void adam(global const float* grad, global float* first, global float* second, int second_offset,
                 global float* parameter, const Walk w, int n, float weight_decay, int maximize, float beta1,
                 float rest1, float beta2, float rest2, float minus_step, float root, float eps) {
  int i = get_global_id(0);
  if (i >= n) return;
  int3 at = place(&w, i);
  int b = at.y - w.offsetB + second_offset;
  float x = parameter[at.z];
  float d = gradient(grad[at.x], x, weight_decay, maximize);
  float mean = flush(fma(d, rest1, first[at.y] * beta1));
  float square = flush(fma(rest2 * d, d, second[b] * beta2));
  first[at.y] = mean;
  second[b] = square;
  parameter[at.z] = x + minus_step * mean / (sqrt(square) / root + eps);
}

kernel void clip_by_norm(global float* values, const Walk w, int n, global const float* norm, int norm_offset,
                         float max_norm) {
  int i = get_global_id(0);
  if (i >= n) return;
  float factor = max_norm / (norm[norm_offset] + 1e-6f);
  int at = place(&w, i).z;
  values[at] = values[at] * (factor > 1.0f ? 1.0f : factor);
}

kernel void clip_by_value(global float* values, const Walk w, int n, float limit) {
  int i = get_global_id(0);
  if (i >= n) return;
  int at = place(&w, i).z;
  values[at] = minimum(maximum(values[at], -limit), limit);
}
