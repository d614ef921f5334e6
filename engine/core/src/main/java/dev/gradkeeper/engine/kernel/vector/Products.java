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
    for (int j = 0; j < n; ) {
      int vectors = n - j >= PANEL ? PANEL_TILE : n - j >= 2 * N ? 1 : 0;
      for (int i = 0; i < m; ) {
        int height = Math.min((m - i) / 2, 3);
        GemmTiles.TILES[height][vectors].multiply(
            k,
            a,
            ao + i * as,
            as,
            ak,
            b,
            bo + j,
            rows,
            c,
            co + i * cs + j,
            cs,
            Math.min(N, n - j),
            load);
        i += Math.max(2 * height, 1);
      }
      j += N << vectors;
    }
  }

  /**
   * c[i, j] = a's line i times b's line j, or that added to c if {@code accumulate}: {@code m}
   * lines of a, {@code as} apart, {@code n} of b, at {@code bo + bs[j]}. A line consists of {@code
   * images} pieces of {@code k} elements, {@code an} and {@code bn} apart; k is a multiple of 16 if
   * there is more than one.
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
      int images,
      int an,
      int bn,
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
                    images,
                    an,
                    bn,
                    lanes);
            case 4 ->
                DotTiles.tile4x4(
                    k,
                    a,
                    a0,
                    a0 + as,
                    a0 + 2 * as,
                    a0 + 3 * as,
                    b,
                    b0,
                    b1,
                    b2,
                    b3,
                    group,
                    images,
                    an,
                    bn,
                    lanes);
            case 2 ->
                DotTiles.tile2x4(
                    k, a, a0, a0 + as, b, b0, b1, b2, b3, group, images, an, bn, lanes);
            default -> DotTiles.tile1x4(k, a, a0, b, b0, b1, b2, b3, group, images, an, bn, lanes);
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
