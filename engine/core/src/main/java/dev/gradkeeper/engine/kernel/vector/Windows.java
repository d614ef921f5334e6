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
  private static final Pixels ROW_PAIRS = new Pixels(2);

  final ConvolutionLayout layout = new ConvolutionLayout();

  /** Of a pooling of the output with windows of 2×2. */
  final Quarters quarters;

  /** Vectors of a window. */
  final int vectors;

  /** Elements of the vectors of a window. */
  final int pitch;

  /** Elements of the vectors of a segment. */
  final int segmentPitch;

  /** Elements of an array for an image. */
  final int image;

  private final Pixels pixels;
  private final int[] inImage;
  private final int[] inWindow;

  /** Where each pixel of the window lies among the weights of a channel. */
  private final int[] elements;

  private final Window window;
  private final int groups;
  private final int[] inputPlanes;
  private final int[] outputPlanes;

  Windows(View x, View out, Window w, int groups) {
    window = w;
    this.groups = groups;
    inputPlanes = planes(x);
    outputPlanes = planes(out);
    layout.set(x, out, w, groups);
    quarters = new Quarters(out.size(2), out.size(3));
    pixels = new Pixels(layout.groupIn);
    int perSegment = Math.ceilDiv(layout.segment, N);
    segmentPitch = perSegment * N;
    int used = layout.segments * perSegment;
    vectors = Math.ceilDiv(used, SparseTiles.NARROW) * SparseTiles.NARROW;
    pitch = vectors * N;
    image = layout.image + N;
    inImage = new int[vectors];
    inWindow = new int[vectors];
    for (int j = 0; j < vectors; j++) {
      int real = Math.min(j, used - 1);
      inImage[j] = layout.offsets()[real / perSegment] + real % perSegment * N;
      inWindow[j] = j * N;
    }
    elements = new int[w.kernelHeight() * w.kernelWidth()];
    for (int k = 0; k < elements.length; k++) {
      int element = k * layout.groupIn;
      elements[k] = element / layout.segment * segmentPitch + element % layout.segment;
    }
  }

  private static int[] planes(View images) {
    return new int[] {images.size(1), images.size(2), images.size(3)};
  }

  /** Whether this is what the constructor would make of these. */
  boolean isOf(View x, View out, Window w, int groups) {
    return groups == this.groups
        && isOf(x, inputPlanes)
        && isOf(out, outputPlanes)
        && w.equals(window);
  }

  private static boolean isOf(View images, int[] planes) {
    return images.size(1) == planes[0]
        && images.size(2) == planes[1]
        && images.size(3) == planes[2];
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
    int at = x.offset() + n * x.stride(0) + g * layout.groupIn * x.stride(1);
    if (unpadded(x)) {
      pixels.interleave(planes, at, x.stride(1), x.size(2) * x.size(3), image, 0);
      Lines.fill(0, image, layout.image, N);
      return;
    }
    Lines.fill(0, image, 0, this.image);
    for (int h = 0; h < x.size(2); h++) {
      int row = at + h * x.stride(2);
      pixels.interleave(planes, row, x.stride(1), x.size(3), image, layout.pixel(h, 0));
    }
  }

  /** The reverse of {@link #loadImage}. */
  void storeImage(float[] image, View x, int n, int g) {
    float[] planes = ((FloatStorage) x.storage()).array();
    int at = x.offset() + n * x.stride(0) + g * layout.groupIn * x.stride(1);
    if (unpadded(x)) {
      pixels.separate(image, 0, planes, at, x.stride(1), x.size(2) * x.size(3));
      return;
    }
    for (int h = 0; h < x.size(2); h++) {
      int row = at + h * x.stride(2);
      pixels.separate(image, layout.pixel(h, 0), planes, row, x.stride(1), x.size(3));
    }
  }

  /**
   * The gradients of image n and group g, channel by channel in the layout's order of positions.
   */
  void loadGradients(View gradOut, int n, int g, float[] gradients) {
    float[] planes = ((FloatStorage) gradOut.storage()).array();
    int height = gradOut.size(2);
    int width = gradOut.size(3);
    int at = gradOut.offset() + n * gradOut.stride(0) + g * layout.groupOut * gradOut.stride(1);
    int to = 0;
    for (int o = 0; o < layout.groupOut; o++) {
      int row = at + o * gradOut.stride(1);
      for (int top = 0; top + 1 < height; top += 2) {
        ROW_PAIRS.interleave(planes, row, width, width, gradients, to);
        row += 2 * width;
        to += 2 * width;
      }
      if (height % 2 == 1) {
        Lines.copy(planes, row, gradients, to, width);
        to += width;
      }
    }
  }

  private boolean unpadded(View x) {
    return x.stride(2) == x.size(3) && layout.width == x.size(3) && layout.height == x.size(2);
  }

  /** The dense weights of group g, with zeros behind the end of each segment. */
  void loadWeights(View weight, int g, float[] weights) {
    float[] from = ((FloatStorage) weight.storage()).array();
    Lines.fill(0, weights, 0, layout.groupOut * pitch);
    int at = weight.offset() + g * layout.groupOut * layout.depth;
    for (int o = 0; o < layout.groupOut; o++) {
      for (int c = 0; c < layout.groupIn; c++) {
        for (int k = 0; k < elements.length; k++) {
          weights[o * pitch + elements[k] + c] = from[at++];
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
        for (int k = 0; k < elements.length; k++) {
          float value = weights[o * pitch + elements[k] + c];
          to[at] = accumulate ? to[at] + value : value;
          at++;
        }
      }
    }
  }
}
