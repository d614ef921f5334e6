package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.Arrays;

/** Matrix products, one line of the output at a time. */
final class Gemm {
  private final Arithmetic m;
  private final HeapStorage a;
  private final HeapStorage b;
  private final HeapStorage c;
  private final int rows;
  private final int columns;
  private final int depth;
  private final int[] strides;
  private final boolean accumulate;
  private final HeapStorage line;

  private Gemm(View a, View b, View c, boolean accumulate) {
    this.m = Arithmetic.of(c.dtype());
    this.a = (HeapStorage) a.storage();
    this.b = (HeapStorage) b.storage();
    this.c = (HeapStorage) c.storage();
    this.rows = c.size(-2);
    this.columns = c.size(-1);
    this.depth = a.size(-1);
    this.strides =
        new int[] {
          a.stride(-2), a.stride(-1), b.stride(-2), b.stride(-1), c.stride(-2), c.stride(-1)
        };
    this.accumulate = accumulate;
    this.line = HeapStorage.allocate(c.dtype(), columns);
  }

  static void gemm(View a, View b, View c, boolean accumulate) {
    Gemm gemm = new Gemm(a, b, c, accumulate);
    StridedLoop batches = new StridedLoop();
    for (batches.start(batches(a), batches(b), batches(c)); batches.more(); batches.next()) {
      for (int i = 0; i < batches.n; i++) {
        gemm.product(
            batches.a + i * batches.strideA,
            batches.b + i * batches.strideB,
            batches.out + i * batches.strideOut);
      }
    }
  }

  /** The leading dimensions: offsets of the matrices. */
  private static View batches(View v) {
    int leading = v.dimensions() - 2;
    return new View(
        v.storage(),
        v.offset(),
        Arrays.copyOf(v.sizes(), leading),
        Arrays.copyOf(v.strides(), leading));
  }

  private void product(int ao, int bo, int co) {
    boolean dot = Sums.dot(rows, columns, strides[1], strides[2], strides[3]);
    for (int i = 0; i < rows; i++) {
      int row = ao + i * strides[0];
      for (int j = 0; j < columns; j++) {
        line.set(j, dot ? dot(row, bo + j * strides[3]) : 0);
      }
      for (int k = 0; k < depth && !dot; k++) {
        double x = a.get(row + k * strides[1]);
        m.fmaLine(b, bo + k * strides[2], strides[3], x, line, 0, 1, columns);
      }
      for (int j = 0; j < columns; j++) {
        int at = co + i * strides[4] + j * strides[5];
        c.set(at, accumulate ? m.add(c.get(at), line.get(j)) : line.get(j));
      }
    }
  }

  private double dot(int row, int column) {
    HeapStorage lanes = HeapStorage.allocate(c.dtype(), Sums.DOT_LANES);
    m.dotLanes(a, row, b, column, depth, lanes);
    return m.fold(lanes);
  }
}
