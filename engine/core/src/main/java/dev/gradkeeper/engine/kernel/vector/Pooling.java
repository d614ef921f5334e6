package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.heap.IntStorage;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Maximum over windows of 2×2 with stride 2, and its gradient for any window. */
final class Pooling {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Integer> I = Lanes.INTS;
  private static final int N = Lanes.COUNT;

  private static final IntVector INDICES = IntVector.zero(I).addIndex(1);

  private Pooling() {}

  static boolean coversMax(View x, View out, View indices, Window w) {
    return halves(w) && x.stride(3) == 1 && out.stride(3) == 1 && indices.stride(3) == 1;
  }

  /** Whether windows are 2×2 with stride 2. */
  static boolean halves(Window w) {
    return w.kernelHeight() == 2
        && w.kernelWidth() == 2
        && w.strideHeight() == 2
        && w.strideWidth() == 2
        && w.paddingHeight() == 0
        && w.paddingWidth() == 0
        && w.dilationHeight() == 1
        && w.dilationWidth() == 1;
  }

  static void max(View x, View out, View indices) {
    float[] from = ((FloatStorage) x.storage()).array();
    float[] to = ((FloatStorage) out.storage()).array();
    int[] positions = ((IntStorage) indices.storage()).array();
    int width = x.size(3);
    for (int n = 0; n < out.size(0); n++) {
      for (int c = 0; c < out.size(1); c++) {
        for (int oh = 0; oh < out.size(2); oh++) {
          int top = x.offset() + n * x.stride(0) + c * x.stride(1) + 2 * oh * x.stride(2);
          int row = out.offset() + n * out.stride(0) + c * out.stride(1) + oh * out.stride(2);
          int index =
              indices.offset()
                  + n * indices.stride(0)
                  + c * indices.stride(1)
                  + oh * indices.stride(2);
          for (int ow = 0; ow < out.size(3); ow += N) {
            max(
                from,
                top + 2 * ow,
                x.stride(2),
                width,
                2 * oh * width + 2 * ow,
                to,
                row + ow,
                positions,
                index + ow,
                Math.min(N, out.size(3) - ow));
          }
        }
      }
    }
  }

  /**
   * {@code rows} rows of {@code n} outputs from lines that are {@code pitch} apart, after a relu;
   * {@code base} is the position of the first input, where lines are {@code width} wide. Where the
   * relu leaves zeros alone, the first of them is the maximum.
   */
  static void maxOfRelu(
      float[] x,
      int xo,
      int pitch,
      int width,
      int base,
      int rows,
      int n,
      float[] out,
      int oo,
      int[] indices,
      int io) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i += N) {
        maxOfRelu(
            x,
            xo + 2 * (r * pitch + i),
            pitch,
            width,
            base + 2 * (r * width + i),
            out,
            oo + r * n + i,
            indices,
            io + r * n + i,
            Math.min(N, n - i));
      }
    }
  }

  private static void maxOfRelu(
      float[] x,
      int top,
      int pitch,
      int width,
      int base,
      float[] out,
      int at,
      int[] indices,
      int index,
      int n) {
    int bottom = top + pitch;
    FloatVector zero = FloatVector.zero(F);
    IntVector v0 = FloatVector.fromArray(F, x, top).reinterpretAsInts();
    IntVector v1 = FloatVector.fromArray(F, x, top + N).reinterpretAsInts();
    IntVector v2 = FloatVector.fromArray(F, x, bottom).reinterpretAsInts();
    IntVector v3 = FloatVector.fromArray(F, x, bottom + N).reinterpretAsInts();
    FloatVector best = Lanes.EVEN.selectFrom(v0, v1).reinterpretAsFloats();
    FloatVector b = Lanes.ODD.selectFrom(v0, v1).reinterpretAsFloats();
    FloatVector c = Lanes.EVEN.selectFrom(v2, v3).reinterpretAsFloats();
    FloatVector d = Lanes.ODD.selectFrom(v2, v3).reinterpretAsFloats();
    FloatVector offset = zero;
    VectorMask<Float> larger = b.compare(VectorOperators.GT, best);
    VectorMask<Float> nan = b.compare(VectorOperators.NE, b);
    best = best.blend(b, larger).blend(b, nan);
    offset = offset.blend(1, larger).blend(1, nan);
    larger = c.compare(VectorOperators.GT, best);
    nan = c.compare(VectorOperators.NE, c);
    best = best.blend(c, larger).blend(c, nan);
    offset = offset.blend(width, larger).blend(width, nan);
    larger = d.compare(VectorOperators.GT, best);
    nan = d.compare(VectorOperators.NE, d);
    best = best.blend(d, larger).blend(d, nan);
    offset = offset.blend(width + 1, larger).blend(width + 1, nan);
    VectorMask<Float> dead = best.compare(VectorOperators.LE, zero);
    best.blend(zero, dead).intoArray(out, at, Lanes.first(n));
    ((IntVector) offset.blend(zero, dead).convertShape(VectorOperators.F2I, I, 0))
        .add(Lanes.EVEN)
        .add(base)
        .intoArray(indices, index, INDICES.compare(VectorOperators.LT, n));
  }

  /**
   * {@code n} outputs, one vector of channels each, from two rows of pixels that are {@code pitch}
   * apart, after a relu, as {@link #maxOfRelu} does it; {@code indices} gets the bits of integers.
   */
  static void maxOfReluPixels(
      float[] x, int pitch, int width, int base, int n, float[] out, int at, float[] indices) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      FloatVector best = FloatVector.fromArray(F, x, 2 * i * N);
      FloatVector b = FloatVector.fromArray(F, x, 2 * i * N + N);
      FloatVector c = FloatVector.fromArray(F, x, pitch + 2 * i * N);
      FloatVector d = FloatVector.fromArray(F, x, pitch + 2 * i * N + N);
      FloatVector offset = zero;
      VectorMask<Float> larger = b.compare(VectorOperators.GT, best);
      VectorMask<Float> nan = b.compare(VectorOperators.NE, b);
      best = best.blend(b, larger).blend(b, nan);
      offset = offset.blend(1, larger).blend(1, nan);
      larger = c.compare(VectorOperators.GT, best);
      nan = c.compare(VectorOperators.NE, c);
      best = best.blend(c, larger).blend(c, nan);
      offset = offset.blend(width, larger).blend(width, nan);
      larger = d.compare(VectorOperators.GT, best);
      nan = d.compare(VectorOperators.NE, d);
      best = best.blend(d, larger).blend(d, nan);
      offset = offset.blend(width + 1, larger).blend(width + 1, nan);
      VectorMask<Float> dead = best.compare(VectorOperators.LE, zero);
      best.blend(zero, dead).intoArray(out, at + i * N);
      ((IntVector) offset.blend(zero, dead).convertShape(VectorOperators.F2I, I, 0))
          .add(base + 2 * i)
          .reinterpretAsFloats()
          .intoArray(indices, at + i * N);
    }
  }

  /**
   * {@code n} outputs of one row; {@code base} is the position of the first input. Offsets from
   * there are kept as floats, since C2 boxes masks that it converts.
   */
  private static void max(
      float[] x,
      int top,
      int stride,
      int width,
      int base,
      float[] out,
      int at,
      int[] indices,
      int index,
      int n) {
    int bottom = top + stride;
    if (bottom + 2 * N > x.length) {
      for (int i = 0; i < n; i++) {
        max(x, top + 2 * i, bottom + 2 * i, width, base + 2 * i, out, at + i, indices, index + i);
      }
      return;
    }
    IntVector v0 = FloatVector.fromArray(F, x, top).reinterpretAsInts();
    IntVector v1 = FloatVector.fromArray(F, x, top + N).reinterpretAsInts();
    IntVector v2 = FloatVector.fromArray(F, x, bottom).reinterpretAsInts();
    IntVector v3 = FloatVector.fromArray(F, x, bottom + N).reinterpretAsInts();
    FloatVector best = Lanes.EVEN.selectFrom(v0, v1).reinterpretAsFloats();
    FloatVector b = Lanes.ODD.selectFrom(v0, v1).reinterpretAsFloats();
    FloatVector c = Lanes.EVEN.selectFrom(v2, v3).reinterpretAsFloats();
    FloatVector d = Lanes.ODD.selectFrom(v2, v3).reinterpretAsFloats();
    FloatVector offset = FloatVector.zero(F);
    VectorMask<Float> larger = b.compare(VectorOperators.GT, best);
    VectorMask<Float> nan = b.compare(VectorOperators.NE, b);
    best = best.blend(b, larger).blend(b, nan);
    offset = offset.blend(1, larger).blend(1, nan);
    larger = c.compare(VectorOperators.GT, best);
    nan = c.compare(VectorOperators.NE, c);
    best = best.blend(c, larger).blend(c, nan);
    offset = offset.blend(width, larger).blend(width, nan);
    larger = d.compare(VectorOperators.GT, best);
    nan = d.compare(VectorOperators.NE, d);
    best = best.blend(d, larger).blend(d, nan);
    offset = offset.blend(width + 1, larger).blend(width + 1, nan);
    best.intoArray(out, at, Lanes.first(n));
    ((IntVector) offset.convertShape(VectorOperators.F2I, I, 0))
        .add(Lanes.EVEN)
        .add(base)
        .intoArray(indices, index, INDICES.compare(VectorOperators.LT, n));
  }

  private static void max(
      float[] x,
      int top,
      int bottom,
      int width,
      int base,
      float[] out,
      int at,
      int[] indices,
      int index) {
    float best = x[top];
    int offset = 0;
    if (replaces(x[top + 1], best)) {
      best = x[top + 1];
      offset = 1;
    }
    if (replaces(x[bottom], best)) {
      best = x[bottom];
      offset = width;
    }
    if (replaces(x[bottom + 1], best)) {
      best = x[bottom + 1];
      offset = width + 1;
    }
    out[at] = best;
    indices[index] = base + offset;
  }

  private static boolean replaces(float value, float best) {
    return value > best || value != value;
  }

  static boolean coversMaxBackward(View gradOut, View indices, View gradX) {
    return gradOut.isContiguous() && indices.isContiguous() && gradX.isContiguous();
  }

  static void maxBackward(View gradOut, View indices, View gradX) {
    float[] from = ((FloatStorage) gradOut.storage()).array();
    int[] positions = ((IntStorage) indices.storage()).array();
    float[] to = ((FloatStorage) gradX.storage()).array();
    Lines.fill(0, to, gradX.offset(), gradX.count());
    int count = gradOut.size(2) * gradOut.size(3);
    int plane = gradX.size(2) * gradX.size(3);
    int planes = gradOut.size(0) * gradOut.size(1);
    for (int c = 0; c < planes; c++) {
      int source = gradOut.offset() + c * count;
      int index = indices.offset() + c * count;
      int target = gradX.offset() + c * plane;
      for (int i = 0; i < count; i++) {
        to[target + positions[index + i]] += from[source + i];
      }
    }
  }
}
