package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.IntVector;

/**
 * Copies of transposed matrices, in blocks of 16 by 16. To interleave the quarters of a block, one
 * element of each in turn, turns the two lowest of the eight bits of an element's place into the
 * two highest: done twice, it transposes the block. A last block may overlap the one before it.
 */
final class Transposition {
  private static final int N = Lanes.COUNT;
  static final int BLOCK = 16;
  private static final int FEW = BLOCK / 2;
  private static final int QUARTER = BLOCK * BLOCK / 4;

  /** The lower halves of two vectors, one element of each in turn, and the upper ones. */
  private static final IntVector LOWER = IntVector.fromArray(Lanes.INTS, halves(0), 0);

  private static final IntVector UPPER = IntVector.fromArray(Lanes.INTS, halves(N / 2), 0);

  private Transposition() {}

  private static int[] halves(int start) {
    int[] lanes = new int[N];
    for (int i = 0; i < N; i++) {
      lanes[i] = start + i / 2 + i % 2 * N;
    }
    return lanes;
  }

  /** y[j, i] = x[i, j]: rows of x are {@code xs} apart, those of y {@code ys}. */
  static void copy(float[] x, int xo, int xs, int rows, int columns, float[] y, int yo, int ys) {
    float[] half = Scratch.get().block;
    int fullRows = inBlocks(rows);
    int fullColumns = inBlocks(columns);
    for (int i = 0; i < fullRows; i += BLOCK) {
      int top = Math.min(i, rows - BLOCK);
      for (int j = 0; j < fullColumns; j += BLOCK) {
        int left = Math.min(j, columns - BLOCK);
        first(x, xo + top * xs + left, xs, half);
        second(half, y, yo + left * ys + top, ys);
      }
    }
    plain(x, xo + fullColumns, xs, fullRows, columns - fullColumns, y, yo + fullColumns * ys, ys);
    plain(x, xo + fullRows * xs, xs, rows - fullRows, columns, y, yo + fullRows, ys);
  }

  /** How many of n lines are copied in blocks: few that are left over, element by element. */
  private static int inBlocks(int n) {
    return n > BLOCK && n % BLOCK > FEW ? n : n & -BLOCK;
  }

  private static void plain(
      float[] x, int xo, int xs, int rows, int columns, float[] y, int yo, int ys) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        y[yo + j * ys + i] = x[xo + i * xs + j];
      }
    }
  }

  private static void first(float[] x, int xo, int xs, float[] half) {
    for (int i = 0; i < BLOCK / 4; i++) {
      for (int j = 0; j < BLOCK; j += N) {
        int at = xo + i * xs + j;
        int to = 4 * (i * BLOCK + j);
        IntVector a = Lanes.bits(x, at);
        IntVector b = Lanes.bits(x, at + 4 * xs);
        IntVector c = Lanes.bits(x, at + 8 * xs);
        IntVector d = Lanes.bits(x, at + 12 * xs);
        IntVector ac = LOWER.selectFrom(a, c);
        IntVector bd = LOWER.selectFrom(b, d);
        Lanes.storeBits(LOWER.selectFrom(ac, bd), half, to);
        Lanes.storeBits(UPPER.selectFrom(ac, bd), half, to + N);
        ac = UPPER.selectFrom(a, c);
        bd = UPPER.selectFrom(b, d);
        Lanes.storeBits(LOWER.selectFrom(ac, bd), half, to + 2 * N);
        Lanes.storeBits(UPPER.selectFrom(ac, bd), half, to + 3 * N);
      }
    }
  }

  private static void second(float[] half, float[] y, int yo, int ys) {
    for (int i = 0; i < QUARTER; i += N) {
      IntVector a = Lanes.bits(half, i);
      IntVector b = Lanes.bits(half, i + QUARTER);
      IntVector c = Lanes.bits(half, i + 2 * QUARTER);
      IntVector d = Lanes.bits(half, i + 3 * QUARTER);
      IntVector ac = LOWER.selectFrom(a, c);
      IntVector bd = LOWER.selectFrom(b, d);
      Lanes.storeBits(LOWER.selectFrom(ac, bd), y, yo + place(4 * i, ys));
      Lanes.storeBits(UPPER.selectFrom(ac, bd), y, yo + place(4 * i + N, ys));
      ac = UPPER.selectFrom(a, c);
      bd = UPPER.selectFrom(b, d);
      Lanes.storeBits(LOWER.selectFrom(ac, bd), y, yo + place(4 * i + 2 * N, ys));
      Lanes.storeBits(UPPER.selectFrom(ac, bd), y, yo + place(4 * i + 3 * N, ys));
    }
  }

  private static int place(int i, int ys) {
    return i / BLOCK * ys + i % BLOCK;
  }
}
