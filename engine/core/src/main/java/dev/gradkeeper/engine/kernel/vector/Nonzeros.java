package dev.gradkeeper.engine.kernel.vector;

import java.util.Arrays;
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

  /**
   * Sets {@code channels} rows of positions in the order of a {@link
   * dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout}, of which pooling with 2×2 windows took
   * the maxima: the gradients of those that are positive.
   */
  void setMaxima(
      int channels,
      float[] gradients,
      int go,
      float[] maxima,
      int mo,
      int[] indices,
      int io,
      Quarters of) {
    clear(channels, of.positionCount);
    rows = channels;
    packMaxima(
        channels * of.count, gradients, go, maxima, mo, indices, io, of, values, columns, starts);
  }

  /**
   * The same elements column by column, by a counting sort. While they are placed, {@code
   * toStarts[c + 1]} is where column c's next one goes.
   */
  void transpose(Nonzeros to) {
    to.clear(columnCount, rows);
    to.rows = columnCount;
    float[] values = this.values;
    int[] columns = this.columns;
    float[] toValues = to.values;
    int[] toColumns = to.columns;
    int[] toStarts = to.starts;
    Arrays.fill(toStarts, 0, columnCount + 1, 0);
    int count = count();
    for (int i = 0; i < count; i++) {
      toStarts[columns[i] + 1]++;
    }
    int next = 0;
    for (int c = 1; c <= columnCount; c++) {
      int inColumn = toStarts[c];
      toStarts[c] = next;
      next += inColumn;
    }
    for (int r = 0; r < rows; r++) {
      int end = starts[r + 1];
      for (int i = starts[r]; i < end; i++) {
        int at = toStarts[columns[i] + 1]++;
        toValues[at] = values[i];
        toColumns[at] = r;
      }
    }
  }

  /** All channels in one run; rows end where they end, within a vector or not. */
  private static void packMaxima(
      int n,
      float[] gradients,
      int go,
      float[] maxima,
      int mo,
      int[] indices,
      int io,
      Quarters of,
      float[] values,
      int[] columns,
      int[] starts) {
    int[] corners = of.places;
    int[] positions = of.positions;
    int count = of.count;
    int width = of.width;
    int row = 0;
    int at = 0;
    int left = count;
    int i = 0;
    for (; i + N <= n; i += N) {
      int window = count - left;
      FloatVector g = FloatVector.fromArray(F, gradients, go + i);
      FloatVector max = FloatVector.fromArray(F, maxima, mo + i);
      IntVector offset =
          IntVector.fromArray(I, indices, io + i).sub(IntVector.fromArray(I, corners, window));
      VectorMask<Integer> lower = offset.compare(VectorOperators.GE, width);
      FloatVector position =
          IntVector.fromArray(I, positions, window)
              .add(offset)
              .add(offset)
              .sub(IntVector.zero(I).blend(2 * width - 1, lower))
              .reinterpretAsFloats();
      VectorMask<Float> mask =
          g.compare(VectorOperators.NE, 0).and(max.compare(VectorOperators.GT, 0));
      g.compress(mask).intoArray(values, at);
      position.compress(mask).reinterpretAsInts().intoArray(columns, at);
      long found = mask.toLong();
      for (; left <= N; left += count) {
        starts[++row] = at + Long.bitCount(found & (1L << left) - 1);
      }
      left -= N;
      at += Long.bitCount(found);
    }
    for (; i < n; i++) {
      int window = count - left;
      values[at] = gradients[go + i];
      columns[at] = of.position(window, indices[io + i]);
      at += gradients[go + i] != 0 && maxima[mo + i] > 0 ? 1 : 0;
      if (--left == 0) {
        starts[++row] = at;
        left = count;
      }
    }
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
    if (i < n && xo + i + N <= x.length) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      VectorMask<Float> mask = v.compare(VectorOperators.NE, 0).and(Lanes.first(n - i));
      FloatVector p = INDICES.add(i).reinterpretAsFloats();
      v.compress(mask).intoArray(values, at);
      p.compress(mask).reinterpretAsInts().intoArray(columns, at);
      return at + mask.trueCount();
    }
    for (; i < n; i++) {
      values[at] = x[xo + i];
      columns[at] = i;
      at += x[xo + i] != 0 ? 1 : 0;
    }
    return at;
  }
}
