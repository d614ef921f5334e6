// Maximum and mean over windows, and their gradients.

typedef struct {
  int batch, channels, height, width, outHeight, outWidth;
  int kernelHeight, kernelWidth, strideHeight, strideWidth;
  int paddingHeight, paddingWidth, dilationHeight, dilationWidth;
  int x[5], out[5], indices[5]; // strides, then the offset
} Pool;

inline int at4(const int* s, int i, int j, int k, int l) { return s[4] + i * s[0] + j * s[1] + k * s[2] + l * s[3]; }

kernel void max_pool2d(global const float* x, global float* out, global int* indices, const Pool p) {
  int ow = get_global_id(0) % p.outWidth;
  int oh = get_global_id(0) / p.outWidth;
  int c = get_global_id(1);
  int n = get_global_id(2);
  if (oh >= p.outHeight) return;
  int top = oh * p.strideHeight - p.paddingHeight;
  int left = ow * p.strideWidth - p.paddingWidth;
  int best = -1;
  float largest = -INFINITY;
  for (int kh = 0; kh < p.kernelHeight; kh++) {
    int h = top + kh * p.dilationHeight;
    if (h < 0 || h >= p.height) continue;
    for (int kw = 0; kw < p.kernelWidth; kw++) {
      int w = left + kw * p.dilationWidth;
      if (w < 0 || w >= p.width) continue;
      float v = x[at4(p.x, n, c, h, w)];
      if (best < 0 || v > largest || v != v) {
        largest = v;
        best = h * p.width + w;
      }
    }
  }
  out[at4(p.out, n, c, oh, ow)] = largest;
  indices[at4(p.indices, n, c, oh, ow)] = best;
}

// One plane for each work-item: windows may overlap, and their gradients are added in the order of the outputs.
// grad_x holds zeros.
kernel void max_pool2d_backward(global const float* grad_out, global const int* indices, global float* grad_x,
                                const Pool p) {
  int c = get_global_id(0);
  int n = get_global_id(1);
  if (c >= p.channels) return;
  for (int oh = 0; oh < p.outHeight; oh++)
    for (int ow = 0; ow < p.outWidth; ow++) {
      int position = indices[at4(p.indices, n, c, oh, ow)];
      grad_x[at4(p.x, n, c, position / p.width, position % p.width)] += grad_out[at4(p.out, n, c, oh, ow)];
    }
}

kernel void avg_pool2d(global const float* x, global float* out, const Pool p) {
  int ow = get_global_id(0) % p.outWidth;
  int oh = get_global_id(0) / p.outWidth;
  int c = get_global_id(1);
  int n = get_global_id(2);
  if (oh >= p.outHeight) return;
  int top = oh * p.strideHeight - p.paddingHeight;
  int left = ow * p.strideWidth - p.paddingWidth;
  float s = 0.0f;
  for (int h = max(top, 0); h < min(top + p.kernelHeight, p.height); h++)
    for (int w = max(left, 0); w < min(left + p.kernelWidth, p.width); w++) s += x[at4(p.x, n, c, h, w)];
  out[at4(p.out, n, c, oh, ow)] = s / (float)(p.kernelHeight * p.kernelWidth);
}

// One input position for each work-item: adds the outputs whose windows cover it, in their order.
kernel void avg_pool2d_backward(global const float* grad_out, global float* grad_x, const Pool p) {
  int w = get_global_id(0) % p.width;
  int h = get_global_id(0) / p.width;
  int c = get_global_id(1);
  int n = get_global_id(2);
  if (h >= p.height) return;
  float area = (float)(p.kernelHeight * p.kernelWidth);
  int top = max(0, (h + p.paddingHeight - p.kernelHeight + p.strideHeight) / p.strideHeight);
  int left = max(0, (w + p.paddingWidth - p.kernelWidth + p.strideWidth) / p.strideWidth);
  float s = 0.0f;
  for (int oh = top; oh < p.outHeight && oh * p.strideHeight <= h + p.paddingHeight; oh++)
    for (int ow = left; ow < p.outWidth && ow * p.strideWidth <= w + p.paddingWidth; ow++)
      s += grad_out[at4(p.out, n, c, oh, ow)] / area;
  grad_x[at4(p.x, n, c, h, w)] = s;
}
