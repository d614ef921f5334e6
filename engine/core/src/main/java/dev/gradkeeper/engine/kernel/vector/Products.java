package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.scalar.Sums.DOT_LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Products of matrices in arrays, cut into register tiles. */
final class Products {
  private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;
  private static final int N = Lanes.COUNT;

  /** 24 accumulators fit into the 32 registers of AVX-512, 12 into 16 registers. */
  private static final boolean MANY_REGISTERS = N == 16;

  private static final int DOT_ROWS = MANY_REGISTERS ? 6 : 2;

  private static final int PANEL_TILE = MANY_REGISTERS ? 2 : 1;

  /** Columns of one pass over a matrix b. */
  static final int PANEL = N << PANEL_TILE;

  private static final float[] ZEROS = new float[N];

  private Products() {}

  /**
   * c[m, n] = a·b, or c + a·b if {@code load}, sequentially over k; layout as in {@link GemmTiles}.
   */
  static void sequential(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      boolean load) {
    if (load) {
      sequential(m, n, k, a, ao, as, ak, b, bo, rows, c, co, cs, c, co, cs, N);
    } else {
      sequential(m, n, k, a, ao, as, ak, b, bo, rows, c, co, cs, ZEROS, 0, 0, 0);
    }
  }

  /** c[m, n] = start + a·b, sequentially over k; layout as in {@link GemmTiles}. */
  static void sequential(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      float[] from,
      int fo,
      int fs,
      int fv) {
    int full = n & -N;
    int j = 0;
    while (j < full) {
      int vectors = full - j >= PANEL ? PANEL_TILE : full - j >= 2 * N ? 1 : 0;
      tiles(
          vectors,
          m,
          k,
          a,
          ao,
          as,
          ak,
          b,
          bo + j,
          rows,
          c,
          co + j,
          cs,
          from,
          fo + j / N * fv,
          fs,
          fv);
      j += N << vectors;
    }
    if (j < n) {
      edge(
          m,
          n - j,
          k,
          a,
          ao,
          as,
          ak,
          b,
          bo + j,
          rows,
          c,
          co + j,
          cs,
          from,
          fo + j / N * fv,
          fs,
          fv);
    }
  }

  private static void tiles(
      int vectors,
      int m,
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      float[] from,
      int fo,
      int fs,
      int fv) {
    for (int i = 0; i < m; ) {
      int height = Math.min((m - i) / 2, 3);
      GemmTiles.TILES[height][vectors].multiply(
          k, a, ao + i * as, as, ak, b, bo, rows, c, co + i * cs, cs, from, fo + i * fs, fs, fv);
      i += Math.max(2 * height, 1);
    }
  }

  /**
   * The last {@code n} columns, fewer than a vector, in whole vectors: of a copy of c, and of b
   * where it ends before the last vector does. Masks in the tiles would cost more: where one
   * reaches beyond its array, C2 gives up on keeping vectors in registers.
   */
  private static void edge(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      int ak,
      float[] b,
      int bo,
      int[] rows,
      float[] c,
      int co,
      int cs,
      float[] from,
      int fo,
      int fs,
      int fv) {
    Scratch scratch = Scratch.get();
    float[] sums = scratch.edge(m * N);
    if (fv > 0) {
      Lines.copyRows(from, fo, fs, sums, 0, N, m, n);
      from = sums;
      fo = 0;
      fs = N;
    }
    if (k > 0 && bo + rows[k - 1] + N > b.length) {
      float[] columns = scratch.columns(k * N);
      for (int l = 0; l < k; l++) {
        Lines.copyRows(b, bo + rows[l], 0, columns, l * N, 0, 1, n);
      }
      b = columns;
      bo = 0;
      rows = scratch.columnStarts(k);
    }
    tiles(0, m, k, a, ao, as, ak, b, bo, rows, sums, 0, N, from, fo, fs, fv);
    Lines.copyRows(sums, 0, N, c, co, cs, m, n);
  }

  /**
   * c[i, j] = a's line i times b's line j, or that added to c if {@code accumulate}: {@code m}
   * lines of a, {@code as} apart, {@code n} of b, at {@code bo + bs[j]}, of k elements.
   */
  static void dots(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int[] bs,
      float[] c,
      int co,
      int cs,
      int ct,
      boolean accumulate,
      float[] lanes) {
    for (int j = 0; j < n; j += 4) {
      int columns = Math.min(4, n - j);
      int last = j + columns - 1;
      int b0 = bo + bs[j];
      int b1 = bo + bs[Math.min(j + 1, last)];
      int b2 = bo + bs[Math.min(j + 2, last)];
      int b3 = bo + bs[last];
      for (int i = 0; i < m; ) {
        int rows = dotRows(m - i);
        int a0 = ao + i * as;
        for (int group = 0; group < DOT_LANES; group += N) {
          switch (rows) {
            case 6 ->
                DotTiles.tile6x4(
                    k,
                    a,
                    a0,
                    a0 + as,
                    a0 + 2 * as,
                    a0 + 3 * as,
                    a0 + 4 * as,
                    a0 + 5 * as,
                    b,
                    b0,
                    b1,
                    b2,
                    b3,
                    group,
                    lanes);
            case 4 ->
                DotTiles.tile4x4(
                    k, a, a0, a0 + as, a0 + 2 * as, a0 + 3 * as, b, b0, b1, b2, b3, group, lanes);
            case 2 -> DotTiles.tile2x4(k, a, a0, a0 + as, b, b0, b1, b2, b3, group, lanes);
            default -> DotTiles.tile1x4(k, a, a0, b, b0, b1, b2, b3, group, lanes);
          }
          for (int r = 0; r < rows; r++) {
            int at = r * 4 * DOT_LANES;
            DotTiles.tail1x4(k, a, a0 + r * as, b, b0, b1, b2, b3, group, lanes, at);
          }
        }
        fold(4 * rows, lanes);
        for (int r = 0; r < rows; r++) {
          int at = co + (i + r) * cs + j * ct;
          for (int q = 0; q < columns; q++) {
            float sum = lanes[r * 4 + q];
            c[at + q * ct] = accumulate ? c[at + q * ct] + sum : sum;
          }
        }
        i += rows;
      }
    }
  }

  private static int dotRows(int left) {
    if (left >= DOT_ROWS) {
      return DOT_ROWS;
    }
    return left >= 4 && MANY_REGISTERS ? 4 : left >= 2 ? 2 : 1;
  }

  /** For each product adds the upper half of its 16 lanes to the lower one until one is left. */
  private static void fold(int products, float[] lanes) {
    for (int p = 0; p < products; p++) {
      int at = p * DOT_LANES;
      FloatVector.fromArray(QUARTER, lanes, at)
          .add(FloatVector.fromArray(QUARTER, lanes, at + 8))
          .add(
              FloatVector.fromArray(QUARTER, lanes, at + 4)
                  .add(FloatVector.fromArray(QUARTER, lanes, at + 12)))
          .intoArray(lanes, 4 * p);
    }
    for (int p = 0; p < products; p++) {
      int at = 4 * p;
      lanes[p] = (lanes[at] + lanes[at + 2]) + (lanes[at + 1] + lanes[at + 3]);
    }
  }
}
