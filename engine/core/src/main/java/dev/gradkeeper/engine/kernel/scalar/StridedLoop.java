package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import java.util.Arrays;

/**
 * Walks up to three views in the row-major order of the last one, the others broadcast to it.
 * Dimensions that lie densely behind each other in all views are merged; the innermost is left to
 * the caller: {@link #n} elements from {@link #a}, {@link #b}, {@link #out} with the strides {@link
 * #strideA}, {@link #strideB}, {@link #strideOut}.
 *
 * <pre>{@code
 * for (loop.start(a, b, out); loop.more(); loop.next()) { … }
 * }</pre>
 */
public final class StridedLoop {
  public int n;
  public int strideA;
  public int strideB;
  public int strideOut;
  public int a;
  public int b;
  public int out;

  private int outer;
  private int[] sizes = new int[8];
  private int[] index = new int[8];
  private int[] stridesA = new int[8];
  private int[] stridesB = new int[8];
  private int[] stridesOut = new int[8];
  private boolean empty;
  private boolean more;

  public void start(View in, View result) {
    start(in, in, result);
  }

  public void start(View first, View second, View result) {
    int dimensions = result.dimensions();
    if (sizes.length < dimensions) {
      sizes = new int[dimensions];
      index = new int[dimensions];
      stridesA = new int[dimensions];
      stridesB = new int[dimensions];
      stridesOut = new int[dimensions];
    }
    n = 1;
    strideA = 0;
    strideB = 0;
    strideOut = 0;
    outer = -1;
    for (int d = dimensions - 1; d >= 0; d--) {
      int size = result.size(d);
      if (size != 1) {
        add(size, stride(first, d - dimensions), stride(second, d - dimensions), result.stride(d));
      }
    }
    outer = Math.max(outer, 0);
    empty = result.count() == 0;
    restart(first.offset(), second.offset(), result.offset());
  }

  /** The same walk from other offsets. */
  public void restart(int offsetA, int offsetB, int offsetOut) {
    a = offsetA;
    b = offsetB;
    out = offsetOut;
    Arrays.fill(index, 0, outer, 0);
    more = !empty;
  }

  public boolean more() {
    return more;
  }

  public void next() {
    for (int d = 0; d < outer; d++) {
      a += stridesA[d];
      b += stridesB[d];
      out += stridesOut[d];
      if (++index[d] < sizes[d]) {
        return;
      }
      index[d] = 0;
      a -= stridesA[d] * sizes[d];
      b -= stridesB[d] * sizes[d];
      out -= stridesOut[d] * sizes[d];
    }
    more = false;
  }

  private static int stride(View view, int fromEnd) {
    return view.dimensions() + fromEnd < 0 || view.size(fromEnd) == 1 ? 0 : view.stride(fromEnd);
  }

  private void add(int size, int sa, int sb, int so) {
    if (outer < 0) {
      n = size;
      strideA = sa;
      strideB = sb;
      strideOut = so;
      outer = 0;
    } else if (outer == 0 && sa == strideA * n && sb == strideB * n && so == strideOut * n) {
      n *= size;
    } else if (outer > 0
        && sa == stridesA[outer - 1] * sizes[outer - 1]
        && sb == stridesB[outer - 1] * sizes[outer - 1]
        && so == stridesOut[outer - 1] * sizes[outer - 1]) {
      sizes[outer - 1] *= size;
    } else {
      sizes[outer] = size;
      stridesA[outer] = sa;
      stridesB[outer] = sb;
      stridesOut[outer] = so;
      outer++;
    }
  }
}
