package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.Arrays;

/** Folds over dimensions, in the order that {@link Sums} states. */
final class Reductions {
  private Reductions() {}

  static void reduce(Reduction op, View in, View out) {
    Arithmetic m = Arithmetic.of(out.dtype());
    HeapStorage from = (HeapStorage) in.storage();
    HeapStorage to = (HeapStorage) out.storage();
    int dimensions = in.dimensions();
    int[] kept = in.sizes().clone();
    int[] folded = in.sizes().clone();
    int row = 1;
    boolean trailing = true;
    for (int d = dimensions - 1; d >= 0; d--) {
      boolean fold = out.size(d) == 1;
      if (fold) {
        kept[d] = 1;
      } else {
        folded[d] = 1;
      }
      trailing &= fold;
      row *= trailing ? in.size(d) : 1;
    }
    StridedLoop inner = new StridedLoop();
    View one = new View(in.storage(), in.offset(), folded, in.strides());
    inner.start(one, one);
    double[] lanes = new double[Sums.lanes(row)];
    StridedLoop outer = new StridedLoop();
    View outputs = new View(in.storage(), in.offset(), kept, in.strides());
    for (outer.start(outputs, out); outer.more(); outer.next()) {
      for (int i = 0; i < outer.n; i++) {
        int a = outer.a + i * outer.strideA;
        inner.restart(a, a, a);
        double y = fold(op, m, from, inner, row, lanes);
        to.set(outer.out + i * outer.strideOut, y);
      }
    }
  }

  private static double fold(
      Reduction op, Arithmetic m, HeapStorage from, StridedLoop loop, int row, double[] lanes) {
    Arrays.fill(lanes, op == Reduction.MAX ? Double.NEGATIVE_INFINITY : 0);
    int column = 0;
    for (; loop.more(); loop.next()) {
      for (int i = 0; i < loop.n; i++) {
        int lane = column % lanes.length;
        double x = from.get(loop.a + i * loop.strideA);
        lanes[lane] =
            switch (op) {
              case SUM -> m.add(lanes[lane], x);
              case SUM_OF_SQUARES -> m.fma(x, x, lanes[lane]);
              case MAX -> Math.max(lanes[lane], x);
            };
        column = column + 1 == row ? 0 : column + 1;
      }
    }
    if (op != Reduction.MAX) {
      return m.foldSum(lanes);
    }
    double max = lanes[0];
    for (double lane : lanes) {
      max = Math.max(max, lane);
    }
    return max;
  }

  static void sumQuads(View x, View out) {
    HeapStorage to = (HeapStorage) out.storage();
    for (int n = 0; n < x.size(0); n++) {
      for (int c = 0; c < x.size(1); c++) {
        int plane = x.offset() + n * x.stride(0) + c * x.stride(1);
        int at = out.offset() + c * out.stride(0) + n * out.stride(1);
        for (int i = 0; i < out.size(2); i++) {
          to.set(at + i * out.stride(2), quad(x, plane, i));
        }
      }
    }
  }

  /** Term i of the plane that starts there. */
  private static double quad(View x, int plane, int i) {
    HeapStorage from = (HeapStorage) x.storage();
    int height = x.size(2);
    int width = x.size(3);
    int down = x.stride(2);
    int right = x.stride(3);
    int beside = i - height / 2 * (width / 2);
    if (beside < 0) {
      Arithmetic m = Arithmetic.of(x.dtype());
      int corner = plane + i / (width / 2) * 2 * down + i % (width / 2) * 2 * right;
      return m.add(
          m.add(from.get(corner), from.get(corner + down)),
          m.add(from.get(corner + right), from.get(corner + down + right)));
    }
    int column = width % 2 * height;
    return from.get(
        beside < column
            ? plane + beside * down + (width - 1) * right
            : plane + (height - 1) * down + (beside - column) * right);
  }

  static void argmax(View in, View out) {
    HeapStorage from = (HeapStorage) in.storage();
    HeapStorage to = (HeapStorage) out.storage();
    int n = in.size(-1);
    int stride = in.stride(-1);
    int dimensions = in.dimensions();
    View rows =
        new View(
            in.storage(),
            in.offset(),
            Arrays.copyOf(in.sizes(), dimensions - 1),
            Arrays.copyOf(in.strides(), dimensions - 1));
    StridedLoop loop = new StridedLoop();
    for (loop.start(rows, out); loop.more(); loop.next()) {
      for (int i = 0; i < loop.n; i++) {
        int a = loop.a + i * loop.strideA;
        int best = 0;
        double max = from.get(a);
        for (int j = 1; j < n; j++) {
          double x = from.get(a + j * stride);
          if (x > max || x != x && max == max) {
            max = x;
            best = j;
          }
        }
        to.set(loop.out + i * loop.strideOut, best);
      }
    }
  }
}
