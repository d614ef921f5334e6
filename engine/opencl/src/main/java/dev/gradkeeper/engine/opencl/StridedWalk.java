package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.View;
import java.util.Arrays;

/**
 * Up to three views walked together in the row-major order of the last, the others broadcast to it,
 * as the struct {@code Walk} of common.cl. Dimensions that lie densely behind each other in all
 * views are merged.
 */
final class StridedWalk {
  private static final int MAX_DIMENSIONS = 6;
  private static final int HEAD = 4;
  private static final int WORDS = HEAD + 4 * MAX_DIMENSIONS;
  private static final int SIZE = HEAD;
  private static final int A = SIZE + MAX_DIMENSIONS;
  private static final int B = A + MAX_DIMENSIONS;
  private static final int C = B + MAX_DIMENSIONS;

  private final int[] words = new int[WORDS];

  private StridedWalk(int offsetA, int offsetB, int offsetC) {
    words[1] = offsetA;
    words[2] = offsetB;
    words[3] = offsetC;
  }

  /** Walks {@code out} alone. */
  static StridedWalk of(View out) {
    return of(out, out, out);
  }

  static StridedWalk of(View in, View out) {
    return of(in, in, out);
  }

  /**
   * @throws IllegalArgumentException if more than 6 dimensions are left after merging
   */
  static StridedWalk of(View a, View b, View out) {
    StridedWalk walk = new StridedWalk(a.offset(), b.offset(), out.offset());
    for (int fromEnd = 1; fromEnd <= out.dimensions(); fromEnd++) {
      walk.add(out.size(-fromEnd), stride(a, fromEnd), stride(b, fromEnd), out.stride(-fromEnd));
    }
    return walk;
  }

  /**
   * Over the rows of the last dimension, or with {@code trailing} 2 the matrices of the last two.
   */
  static StridedWalk leading(View a, View b, View out, int trailing) {
    return of(leading(a, trailing), leading(b, trailing), leading(out, trailing));
  }

  /** Without the last {@code trailing} dimensions. */
  static View leading(View view, int trailing) {
    int dimensions = view.dimensions() - trailing;
    return new View(
        view.storage(),
        view.offset(),
        Arrays.copyOf(view.sizes(), dimensions),
        Arrays.copyOf(view.strides(), dimensions));
  }

  /**
   * The outputs of a reduction (a: their first terms) or, with {@code folded}, the terms of one
   * output relative to the first.
   */
  static StridedWalk ofReduction(View in, View out, boolean folded) {
    StridedWalk walk =
        folded ? new StridedWalk(0, 0, 0) : new StridedWalk(in.offset(), 0, out.offset());
    for (int d = in.dimensions() - 1; d >= 0; d--) {
      if ((out.size(d) == 1) == folded) {
        walk.add(in.size(d), in.stride(d), 0, folded ? 0 : out.stride(d));
      }
    }
    return walk;
  }

  private static int stride(View view, int fromEnd) {
    return fromEnd > view.dimensions() || view.size(-fromEnd) == 1 ? 0 : view.stride(-fromEnd);
  }

  private void add(int size, int a, int b, int c) {
    if (size == 1) {
      return;
    }
    int rank = words[0];
    int last = rank - 1;
    if (rank > 0
        && a == words[A + last] * words[SIZE + last]
        && b == words[B + last] * words[SIZE + last]
        && c == words[C + last] * words[SIZE + last]) {
      words[SIZE + last] *= size;
      return;
    }
    if (rank == MAX_DIMENSIONS) {
      throw new IllegalArgumentException(
          "a GPU kernel walks at most %d strided dimensions; make the tensor contiguous first"
              .formatted(MAX_DIMENSIONS));
    }
    words[SIZE + rank] = size;
    words[A + rank] = a;
    words[B + rank] = b;
    words[C + rank] = c;
    words[0]++;
  }

  /** Whether element i lies at offset + i in all three views. */
  boolean isDense() {
    return words[0] == 0 || words[0] == 1 && words[A] == 1 && words[B] == 1 && words[C] == 1;
  }

  int offsetA() {
    return words[1];
  }

  int offsetB() {
    return words[2];
  }

  int offsetC() {
    return words[3];
  }

  /** The struct. */
  int[] words() {
    return words;
  }
}
