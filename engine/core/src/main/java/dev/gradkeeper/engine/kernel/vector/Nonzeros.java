package dev.gradkeeper.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The elements of a matrix that are not 0, row by row in the order of their columns: row r has
 * those from {@code starts[r]} to {@code starts[r + 1]}. Behind a max pooling three quarters of a
 * gradient or more are 0, behind a relu half of it.
 */
final class Nonzeros {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Integer> I = Lanes.INTS;
  private static final int N = Lanes.COUNT;
  private static final IntVector INDICES = IntVector.zero(I).addIndex(1);

  private int rows;
  private int columnCount;
  private float[] values = {};
  private int[] columns = {};
  private int[] starts = {0};

  int rows() {
    return rows;
  }

  int count() {
    return starts[rows];
  }

  float[] values() {
    return values;
  }

  int[] columns() {
    return columns;
  }

  int[] starts() {
    return starts;
  }

  /** Whether it is worth the indirection. */
  boolean sparse() {
    return 2L * count() < (long) rows * columnCount;
  }

  /** Starts a matrix without rows. */
  void clear(int maxRows, int columnCount) {
    rows = 0;
    this.columnCount = columnCount;
    int size = maxRows * columnCount + N;
    if (values.length < size) {
      values = new float[size];
      columns = new int[size];
    }
    if (starts.length <= maxRows) {
      starts = new int[maxRows + 1];
    }
  }

  /** Adds a row of {@code n} dense elements of x. */
  void addRow(float[] x, int xo, int n) {
    starts[rows + 1] = pack(x, xo, n, values, columns, starts[rows]);
    rows++;
  }

  /** The same elements column by column. */
  void transpose(Nonzeros to) {
    to.clear(columnCount, rows);
    to.rows = columnCount;
    int[] next = to.starts;
    java.util.Arrays.fill(next, 0, columnCount + 1, 0);
    int count = count();
    for (int i = 0; i < count; i++) {
      next[columns[i] + 1]++;
    }
    for (int c = 0; c < columnCount; c++) {
      next[c + 1] += next[c];
    }
    for (int r = 0; r < rows; r++) {
      for (int i = starts[r]; i < starts[r + 1]; i++) {
        int at = next[columns[i]]++;
        to.values[at] = values[i];
        to.columns[at] = r;
      }
    }
    System.arraycopy(next, 0, next, 1, columnCount);
    next[0] = 0;
  }

  private static int pack(float[] x, int xo, int n, float[] values, int[] columns, int at) {
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      VectorMask<Float> mask = v.compare(VectorOperators.NE, 0);
      // positions travel as the bits of floats: a mask of integers would have to be converted
      FloatVector p = INDICES.add(i).reinterpretAsFloats();
      v.compress(mask).intoArray(values, at);
      p.compress(mask).reinterpretAsInts().intoArray(columns, at);
      at += mask.trueCount();
    }
    for (; i < n; i++) {
      values[at] = x[xo + i];
      columns[at] = i;
      at += x[xo + i] != 0 ? 1 : 0;
    }
    return at;
  }
}
