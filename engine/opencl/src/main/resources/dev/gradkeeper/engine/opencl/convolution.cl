// Cross-correlations as products with an implicit matrix: its columns are the output's positions, its rows the
// elements (c, kh, kw) of the window. Sums in the orders of Sums.java.

typedef struct {
  int batch, groups;
  int groupIn, height, width;        // of the input
  int groupOut, outHeight, outWidth; // of the output
  int kernelHeight, kernelWidth, strideHeight, strideWidth;
  int paddingHeight, paddingWidth, dilationHeight, dilationWidth;
  int x[5], weight[5], out[5];       // strides, then the offset
  int bias[2];                       // stride, offset
  int hasBias, accumulate;
} Convolution;

#define OUTPUTS 4

inline int at4(const int* s, int i, int j, int k, int l) { return s[4] + i * s[0] + j * s[1] + k * s[2] + l * s[3]; }

// Element (n, channel, h, w) of the input, 0 in the padding.
inline float input(global const float* x, const Convolution* p, int n, int channel, int h, int w) {
  bool inside = h >= 0 && h < p->height && w >= 0 && w < p->width;
  return inside ? x[at4(p->x, n, channel, h, w)] : 0.0f;
}

// OUTPUTS channels of one position for each work-item.
kernel void conv2d(global const float* x, global const float* weight, global const float* bias, global float* out,
                   const Convolution p) {
  int position = get_global_id(0);
  int area = p.outHeight * p.outWidth;
  if (position >= p.batch * area) return;
  int n = position / area;
  int oh = position % area / p.outWidth;
  int ow = position % p.outWidth;
  int g = get_global_id(2);
  int first = get_global_id(1) * OUTPUTS;
  int count = min(OUTPUTS, p.groupOut - first);
  int o = g * p.groupOut + first;
  int top = oh * p.strideHeight - p.paddingHeight;
  int left = ow * p.strideWidth - p.paddingWidth;
  float sums[OUTPUTS];
  int filters[OUTPUTS];
  for (int i = 0; i < OUTPUTS; i++) {
    int chosen = o + min(i, count - 1);
    sums[i] = p.hasBias ? bias[p.bias[1] + chosen * p.bias[0]] : 0.0f;
    filters[i] = p.weight[4] + chosen * p.weight[0];
  }
  for (int c = 0; c < p.groupIn; c++)
    for (int kh = 0; kh < p.kernelHeight; kh++)
      for (int kw = 0; kw < p.kernelWidth; kw++) {
        float v = input(x, &p, n, g * p.groupIn + c, top + kh * p.dilationHeight, left + kw * p.dilationWidth);
        int k = c * p.weight[1] + kh * p.weight[2] + kw * p.weight[3];
        for (int i = 0; i < OUTPUTS; i++) sums[i] = fma(v, weight[filters[i] + k], sums[i]);
      }
  for (int i = 0; i < count; i++) out[at4(p.out, n, o + i, oh, ow)] = sums[i];
}

// The same by tiles in local memory; one group of channels for each third index.
kernel __attribute__((reqd_work_group_size(TILE_ITEMS, TILE_ITEMS, 1))) void conv2d_tiled(
    global const float* x, global const float* weight, global const float* bias, global float* out,
    const Convolution p) {
  int g = get_global_id(2);
  int area = p.outHeight * p.outWidth;
  int window = p.kernelHeight * p.kernelWidth;
#define BIAS(m) (p.hasBias && (m) < p.groupOut ? bias[p.bias[1] + (g * p.groupOut + (m)) * p.bias[0]] : 0.0f)
#define FILTER(m, k) \
  weight[at4(p.weight, g * p.groupOut + (m), (k) / window, (k) % window / p.kernelWidth, (k) % p.kernelWidth)]
#define IMAGE(k, n) \
  input(x, &p, (n) / area, g * p.groupIn + (k) / window, \
        (n) % area / p.outWidth * p.strideHeight - p.paddingHeight + \
            (k) % window / p.kernelWidth * p.dilationHeight, \
        (n) % p.outWidth * p.strideWidth - p.paddingWidth + (k) % p.kernelWidth * p.dilationWidth)
#define OUT(m, n, s) \
  out[at4(p.out, (n) / area, g * p.groupOut + (m), (n) % area / p.outWidth, (n) % p.outWidth)] = (s)
  TILED_PRODUCT(p.groupOut, p.batch * area, p.groupIn * window, true, BIAS, FILTER, IMAGE, OUT)
}

// The first output whose window, `reach` long, covers a padded position.
inline int first_output(int position, int reach, int stride) { return max(0, (position - reach + stride - 1) / stride); }

// Gradients add outputs in pairs of rows, column by column, the upper one first, as ConvolutionLayout.java.

// VISIT(oh, ow, kh, kw) for each output whose window covers position (H, W) of the input, by its element (kh, kw).
#define COVERING_OUTPUTS(H, W, VISIT) \
  int top = first_output((H) + p.paddingHeight, (p.kernelHeight - 1) * p.dilationHeight, p.strideHeight); \
  int bottom = min(((H) + p.paddingHeight) / p.strideHeight, p.outHeight - 1); \
  int left = first_output((W) + p.paddingWidth, (p.kernelWidth - 1) * p.dilationWidth, p.strideWidth); \
  int right = min(((W) + p.paddingWidth) / p.strideWidth, p.outWidth - 1); \
  for (int pair = top & -2; pair <= bottom; pair += 2) \
    for (int ow = left; ow <= right; ow++) { \
      int kw = (W) + p.paddingWidth - ow * p.strideWidth; \
      if (kw % p.dilationWidth != 0) continue; \
      kw /= p.dilationWidth; \
      for (int oh = max(pair, top); oh <= min(pair + 1, bottom); oh++) { \
        int kh = (H) + p.paddingHeight - oh * p.strideHeight; \
        if (kh % p.dilationHeight != 0) continue; \
        kh /= p.dilationHeight; \
        VISIT(oh, ow, kh, kw) \
      } \
    }

// OUTPUTS channels of one input position for each work-item: gathers from the outputs whose windows cover it, in the
// order of the outputs.
kernel void conv2d_backward_input(global const float* weight, global const float* grad_out, global float* grad_x,
                                  const Convolution p) {
  int position = get_global_id(0);
  int area = p.height * p.width;
  if (position >= p.batch * area) return;
  int n = position / area;
  int h = position % area / p.width;
  int w = position % p.width;
  int g = get_global_id(2);
  int first = get_global_id(1) * OUTPUTS;
  int count = min(OUTPUTS, p.groupIn - first);
  float totals[OUTPUTS] = {0.0f, 0.0f, 0.0f, 0.0f};
#define ADD_OUTPUT(oh, ow, kh, kw) \
  float sums[OUTPUTS] = {0.0f, 0.0f, 0.0f, 0.0f}; \
  for (int o = 0; o < p.groupOut; o++) { \
    int channel = g * p.groupOut + o; \
    float d = grad_out[at4(p.out, n, channel, oh, ow)]; \
    for (int i = 0; i < OUTPUTS; i++) { \
      float f = weight[at4(p.weight, channel, first + min(i, count - 1), kh, kw)]; \
      sums[i] = fma(d, f, sums[i]); \
    } \
  } \
  for (int i = 0; i < OUTPUTS; i++) totals[i] += sums[i];
  COVERING_OUTPUTS(h, w, ADD_OUTPUT)
  for (int i = 0; i < count; i++) grad_x[at4(p.x, n, g * p.groupIn + first + i, h, w)] = totals[i];
}

// The same in two launches, by tiles: columns[g][k][n] is the sum over the outputs' channels for window element k and
// output position n, counted from image `first` on.
kernel __attribute__((reqd_work_group_size(TILE_ITEMS, TILE_ITEMS, 1))) void conv2d_backward_input_columns(
    global const float* weight, global const float* grad_out, const Convolution p, global float* columns, int first,
    int images) {
  int g = get_global_id(2);
  int area = p.outHeight * p.outWidth;
  int window = p.kernelHeight * p.kernelWidth;
  int elements = p.groupIn * window;
#define ELEMENT(k, o) FILTER(o, k)
#define GRADIENT(o, n) \
  grad_out[at4(p.out, first + (n) / area, g * p.groupOut + (o), (n) % area / p.outWidth, (n) % p.outWidth)]
#define COLUMN(k, n, s) columns[(g * elements + (k)) * images * area + (n)] = (s)
  TILED_PRODUCT(elements, images * area, p.groupOut, false, ZERO, ELEMENT, GRADIENT, COLUMN)
}

// One input element for each work-item: adds its columns.
kernel void conv2d_backward_input_join(global const float* columns, global float* grad_x, const Convolution p,
                                       int first, int images) {
  int position = get_global_id(0);
  int area = p.height * p.width;
  if (position >= images * area) return;
  int n = position / area;
  int h = position % area / p.width;
  int w = position % p.width;
  int c = get_global_id(1);
  int g = get_global_id(2);
  int window = p.kernelHeight * p.kernelWidth;
  int outArea = p.outHeight * p.outWidth;
  float total = 0.0f;
#define ADD_COLUMN(oh, ow, kh, kw) \
  int k = (g * p.groupIn + c) * window + kh * p.kernelWidth + kw; \
  total += columns[(k * images + n) * outArea + oh * p.outWidth + ow];
  COVERING_OUTPUTS(h, w, ADD_COLUMN)
  grad_x[at4(p.x, first + n, g * p.groupIn + c, h, w)] = total;
}

// OUTPUTS channels and one window element k for each work-item: the sum over the positions of each image, and their
// sum. With `images` 1 each image has work-items of its own, which leave its sum in partial[image][channel][k].
kernel void conv2d_backward_weight(global const float* x, global const float* grad_out, global float* grad_weight,
                                   const Convolution p, global float* partial, int images) {
  int k = get_global_id(0);
  int window = p.kernelHeight * p.kernelWidth;
  int depth = p.groupIn * window;
  if (k >= depth) return;
  int g = get_global_id(2) % p.groups;
  int from = get_global_id(2) / p.groups * images;
  int first = get_global_id(1) * OUTPUTS;
  int count = min(OUTPUTS, p.groupOut - first);
  int channel = g * p.groupOut + first;
  int c = k / window;
  int kh = k % window / p.kernelWidth;
  int kw = k % p.kernelWidth;
  int top = kh * p.dilationHeight - p.paddingHeight;
  int left = kw * p.dilationWidth - p.paddingWidth;
  float totals[OUTPUTS] = {0.0f, 0.0f, 0.0f, 0.0f};
  for (int n = from; n < min(from + images, p.batch); n++) {
    float sums[OUTPUTS] = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int pair = 0; pair < p.outHeight; pair += 2)
      for (int ow = 0; ow < p.outWidth; ow++)
        for (int oh = pair; oh < min(pair + 2, p.outHeight); oh++) {
          float v = input(x, &p, n, g * p.groupIn + c, top + oh * p.strideHeight, left + ow * p.strideWidth);
          for (int i = 0; i < OUTPUTS; i++) {
            float d = grad_out[at4(p.out, n, channel + min(i, count - 1), oh, ow)];
            sums[i] = fma(v, d, sums[i]);
          }
        }
    for (int i = 0; i < OUTPUTS; i++) totals[i] += sums[i];
  }
  for (int i = 0; i < count; i++) {
    if (images == 1) {
      partial[(from * p.groups * p.groupOut + channel + i) * depth + k] = totals[i];
    } else {
      int at = at4(p.weight, channel + i, c, kh, kw);
      grad_weight[at] = p.accumulate ? grad_weight[at] + totals[i] : totals[i];
    }
  }
}

// The row and column of term t of a sum over positions.
inline int2 term(const Convolution* p, int t) {
  int pair = t / (2 * p->outWidth);
  int rest = t % (2 * p->outWidth);
  int rows = min(2, p->outHeight - 2 * pair);
  return (int2)(2 * pair + rest % rows, rest / rows);
}

inline float gradient_term(global const float* grad_out, const Convolution* p, int n, int channel, int t) {
  int2 at = term(p, t);
  return grad_out[at4(p->out, n, channel, at.x, at.y)];
}

inline float input_term(global const float* x, const Convolution* p, int n, int g, int k, int t) {
  int2 at = term(p, t);
  int window = p->kernelHeight * p->kernelWidth;
  return input(x, p, n, g * p->groupIn + k / window,
               at.x * p->strideHeight - p->paddingHeight + k % window / p->kernelWidth * p->dilationHeight,
               at.y * p->strideWidth - p->paddingWidth + k % p->kernelWidth * p->dilationWidth);
}

// The images' sums by tiles in local memory; the third index counts the groups of each image.
kernel __attribute__((reqd_work_group_size(TILE_ITEMS, TILE_ITEMS, 1))) void conv2d_backward_weight_tiled(
    global const float* x, global const float* grad_out, const Convolution p, global float* partial) {
  int g = get_global_id(2) % p.groups;
  int image = get_global_id(2) / p.groups;
  int elements = p.groupIn * p.kernelHeight * p.kernelWidth;
#define CHANNEL(m, t) gradient_term(grad_out, &p, image, g * p.groupOut + (m), t)
#define PIXEL(t, k) input_term(x, &p, image, g, k, t)
#define PARTIAL(m, k, s) partial[((image * p.groups + g) * p.groupOut + (m)) * elements + (k)] = (s)
  TILED_PRODUCT(p.groupOut, elements, p.outHeight * p.outWidth, true, ZERO, CHANNEL, PIXEL, PARTIAL)
}

// Adds the images' sums in order: one work-item for each window element k and channel.
kernel void conv2d_backward_weight_join(global const float* partial, global float* grad_weight, const Convolution p) {
  int k = get_global_id(0);
  int window = p.kernelHeight * p.kernelWidth;
  int depth = p.groupIn * window;
  if (k >= depth) return;
  int channel = get_global_id(1);
  int channels = p.groups * p.groupOut;
  float total = 0.0f;
  for (int n = 0; n < p.batch; n++) total += partial[(n * channels + channel) * depth + k];
  int at = at4(p.weight, channel, k / window, k % window / p.kernelWidth, k % p.kernelWidth);
  grad_weight[at] = p.accumulate ? grad_weight[at] + total : total;
}
