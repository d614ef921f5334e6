package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.Sums;

/** The gemm kernel for outputs with dense rows; the other operands may have any strides. */
final class Gemm {
  private static final int N = Lanes.COUNT;

  /** Depth of a packed panel of b: it stays in the second-level cache. */
  private static final int PANEL_DEPTH = 512;

  /** From this many rows on, copying a panel of b pays. */
  private static final int PACKING_ROWS = 24;

  private Gemm() {}

  static boolean covers(View c) {
    return c.stride(-1) == 1 || c.size(-1) == 1;
  }

  static void gemm(View a, View b, View c, boolean accumulate) {
    int batches = 1;
    for (int d = c.dimensions() - 3; d >= 0; d--) {
      batches *= c.size(d);
    }
    Scratch scratch = Scratch.get();
    for (int batch = 0; batch < batches; batch++) {
      product(
          a,
          matrix(a, c, batch),
          b,
          matrix(b, c, batch),
          c,
          matrix(c, c, batch),
          accumulate,
          scratch);
    }
  }

  /** Offset of the matrix for batch number {@code batch} of c; v broadcasts to c. */
  private static int matrix(View v, View c, int batch) {
    int offset = v.offset();
    for (int d = -3; d >= -c.dimensions(); d--) {
      int index = batch % c.size(d);
      batch /= c.size(d);
      if (v.dimensions() + d >= 0 && v.size(d) != 1) {
        offset += index * v.stride(d);
      }
    }
    return offset;
  }

  private static void product(
      View a, int ao, View b, int bo, View c, int co, boolean accumulate, Scratch scratch) {
    float[] x = ((FloatStorage) a.storage()).array();
    float[] y = ((FloatStorage) b.storage()).array();
    float[] z = ((FloatStorage) c.storage()).array();
    int m = c.size(-2);
    int n = c.size(-1);
    int k = a.size(-1);
    int as = a.stride(-2);
    int ak = a.stride(-1);
    int bk = b.stride(-2);
    int bn = b.stride(-1);
    int cs = c.stride(-2);
    if (Sums.dot(m, n, ak, bk, bn)) {
      if (n == 1) {
        int[] lines = scratch.multiples(m, as);
        Products.dots(1, m, k, y, bo, 0, x, ao, lines, z, co, 0, cs, accumulate, scratch.lanes);
      } else {
        int[] lines = scratch.multiples(n, bn);
        Products.dots(m, n, k, x, ao, as, y, bo, lines, z, co, cs, 1, accumulate, scratch.lanes);
      }
      return;
    }
    if (bn != 1 && m < n && m >= N) {
      // cᵀ = bᵀ·aᵀ: a is smaller than b, so it costs less to pack
      float[] turned = scratch.turned(n * m);
      panels(n, m, k, y, bo, bn, bk, x, ao, ak, as, turned, 0, m, false, scratch);
      transpose(m, n, turned, z, co, cs, accumulate, scratch);
    } else {
      panels(m, n, k, x, ao, as, ak, y, bo, bk, bn, z, co, cs, accumulate, scratch);
    }
  }

  /** c[m, n], or what is added to it, from {@code turned[n, m]}. */
  private static void transpose(
      int m,
      int n,
      float[] turned,
      float[] c,
      int co,
      int cs,
      boolean accumulate,
      Scratch scratch) {
    if (!accumulate) {
      Transposition.copy(turned, 0, m, n, m, c, co, cs);
      return;
    }
    float[] sums = scratch.sums(m * n);
    Transposition.copy(turned, 0, m, n, m, sums, 0, n);
    for (int i = 0; i < m; i++) {
      Lines.add(sums, i * n, c, co + i * cs, n);
    }
  }

  /** The product, {@link Products#PANEL} columns at a time. */
  private static void panels(
      int m,
      int n,
      int k,
      float[] x,
      int ao,
      int as,
      int ak,
      float[] y,
      int bo,
      int bk,
      int bn,
      float[] z,
      int co,
      int cs,
      boolean accumulate,
      Scratch scratch) {
    boolean pack = bn != 1 || m >= PACKING_ROWS && n >= N;
    if (!pack && !accumulate) {
      Products.sequential(
          m, n, k, x, ao, as, ak, y, bo, scratch.multiples(k, bk), z, co, cs, false);
      return;
    }
    int panel = Products.PANEL;
    int step = pack ? Math.min(PANEL_DEPTH, Math.max(k, 1)) : Math.max(k, 1);
    float[] packed = scratch.images(pack ? step * panel : 0);
    int[] lines = scratch.multiples(step, pack ? panel : bk);
    float[] sums = scratch.sums(accumulate ? m * panel : 0);
    for (int j = 0; j < n; j += panel) {
      int width = Math.min(panel, n - j);
      float[] to = accumulate ? sums : z;
      int start = accumulate ? 0 : co + j;
      int ts = accumulate ? panel : cs;
      int l = 0;
      do {
        int depth = Math.min(step, k - l);
        int a0 = ao + l * ak;
        int b0 = bo + l * bk + j * bn;
        if (pack) {
          pack(depth, width, y, b0, bk, bn, packed, panel);
          Products.sequential(
              m, width, depth, x, a0, as, ak, packed, 0, lines, to, start, ts, l > 0);
        } else {
          Products.sequential(m, width, depth, x, a0, as, ak, y, b0, lines, to, start, ts, l > 0);
        }
        l += step;
      } while (l < k);
      if (accumulate) {
        for (int i = 0; i < m; i++) {
          Lines.add(sums, i * panel, z, co + i * cs + j, width);
        }
      }
    }
  }

  private static void pack(
      int k, int width, float[] b, int bo, int bk, int bn, float[] packed, int panel) {
    if (bn == 1) {
      for (int l = 0; l < k; l++) {
        Lines.copy(b, bo + l * bk, packed, l * panel, width);
      }
      return;
    }
    if (bk == 1) {
      Transposition.copy(b, bo, bn, width, k, packed, 0, panel);
      return;
    }
    for (int j = 0; j < width; j++) {
      for (int l = 0; l < k; l++) {
        packed[l * panel + j] = b[bo + j * bn + l * bk];
      }
    }
  }
}
