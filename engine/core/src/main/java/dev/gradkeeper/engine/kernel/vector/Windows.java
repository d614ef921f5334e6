package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout;

/**
 * A convolution's {@link ConvolutionLayout} in vectors: each segment of a window is rounded up to
 * whole vectors, and their number to a multiple of {@link SparseTiles#NARROW}. Weights and sums lie
 * vector by vector, {@link #pitch} elements for each output channel.
 *
 * <p>Vectors may reach {@link Lanes#COUNT} elements beyond an image.
 */
final class Windows {
  private static final int N = Lanes.COUNT;

  final ConvolutionLayout layout = new ConvolutionLayout();

  /** Vectors of a window. */
  int vectors;

  /** Elements of the vectors of a window. */
  int pitch;

  /** Elements of the vectors of a segment. */
  int segmentPitch;

  /** Output positions. */
  int positions;

  /** Elements of an array for an image. */
  int image;

  private int[] corners = {};
  private int[] inImage = {};
  private int[] inWindow = {};

  /** Where each pixel of the window lies among the weights of a channel. */
  private int[] pixels = {};

  private int area;

  void set(View x, View out, Window w, int groups) {
    layout.set(x, out, w, groups);
    int perSegment = Math.ceilDiv(layout.segment, N);
    segmentPitch = perSegment * N;
    int used = layout.segments * perSegment;
    vectors = Math.ceilDiv(used, SparseTiles.NARROW) * SparseTiles.NARROW;
    pitch = vectors * N;
    image = layout.image + N;
    if (inImage.length < vectors) {
      inImage = new int[vectors];
      inWindow = new int[vectors];
    }
    for (int j = 0; j < vectors; j++) {
      int real = Math.min(j, used - 1);
      inImage[j] = layout.offsets()[real / perSegment] + real % perSegment * N;
      inWindow[j] = j * N;
    }
    area = w.kernelHeight() * w.kernelWidth();
    if (pixels.length < area) {
      pixels = new int[area];
    }
    for (int k = 0; k < area; k++) {
      int element = k * layout.groupIn;
      pixels[k] = element / layout.segment * segmentPitch + element % layout.segment;
    }
    positions = out.size(2) * out.size(3);
    if (corners.length < positions) {
      corners = new int[positions];
    }
    for (int oh = 0, p = 0; oh < out.size(2); oh++) {
      int row = layout.corner(oh, 0);
      int step = layout.corner(0, 1);
      for (int ow = 0; ow < out.size(3); ow++) {
        corners[p++] = row + ow * step;
      }
    }
  }

  /** Where the window of each position starts in an image. */
  int[] corners() {
    return corners;
  }

  /** Where each vector lies in an image, from the window's corner. */
  int[] inImage() {
    return inImage;
  }

  /** Where each vector lies among the weights of a channel. */
  int[] inWindow() {
    return inWindow;
  }

  /** Image n of group g of x. */
  void loadImage(View x, int n, int g, float[] image) {
    float[] planes = ((FloatStorage) x.storage()).array();
    int channels = layout.groupIn;
    Lines.fill(0, image, 0, this.image);
    for (int c = 0; c < channels; c++) {
      int plane = x.offset() + n * x.stride(0) + (g * channels + c) * x.stride(1);
      for (int h = 0; h < x.size(2); h++) {
        int from = plane + h * x.stride(2);
        int to = layout.pixel(h, 0) + c;
        for (int w = 0; w < x.size(3); w++) {
          image[to + w * channels] = planes[from + w];
        }
      }
    }
  }

  /** The reverse of {@link #loadImage}. */
  void storeImage(float[] image, View x, int n, int g) {
    float[] planes = ((FloatStorage) x.storage()).array();
    int channels = layout.groupIn;
    for (int c = 0; c < channels; c++) {
      int plane = x.offset() + n * x.stride(0) + (g * channels + c) * x.stride(1);
      for (int h = 0; h < x.size(2); h++) {
        int to = plane + h * x.stride(2);
        int from = layout.pixel(h, 0) + c;
        for (int w = 0; w < x.size(3); w++) {
          planes[to + w] = image[from + w * channels];
        }
      }
    }
  }

  /** The dense weights of group g, with zeros behind the end of each segment. */
  void loadWeights(View weight, int g, float[] weights) {
    float[] from = ((FloatStorage) weight.storage()).array();
    Lines.fill(0, weights, 0, layout.groupOut * pitch);
    int at = weight.offset() + g * layout.groupOut * layout.depth;
    for (int o = 0; o < layout.groupOut; o++) {
      for (int c = 0; c < layout.groupIn; c++) {
        for (int k = 0; k < area; k++) {
          weights[o * pitch + pixels[k] + c] = from[at++];
        }
      }
    }
  }

  /** The reverse of {@link #loadWeights}; {@code accumulate} adds to what is there. */
  void storeWeights(float[] weights, View weight, int g, boolean accumulate) {
    float[] to = ((FloatStorage) weight.storage()).array();
    int at = weight.offset() + g * layout.groupOut * layout.depth;
    for (int o = 0; o < layout.groupOut; o++) {
      for (int c = 0; c < layout.groupIn; c++) {
        for (int k = 0; k < area; k++) {
          float value = weights[o * pitch + pixels[k] + c];
          to[at] = accumulate ? to[at] + value : value;
          at++;
        }
      }
    }
  }
}
