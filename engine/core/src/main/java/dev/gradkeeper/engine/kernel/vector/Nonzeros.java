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
  private float[] dense = {};

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
   * Adds a row of positions in the order of a {@link
   * dev.gradkeeper.engine.kernel.scalar.ConvolutionLayout}, of which pooling with 2×2 windows took
   * the maxima: the gradients of those that are positive.
   */
  void addMaxima(
      float[] gradients, int go, float[] maxima, int mo, int[] indices, int io, Quarters of) {
    starts[rows + 1] =
        packMaxima(
            gradients, go, maxima, mo, indices, io, of, of.count, values, columns, starts[rows]);
    rows++;
  }

  /** The same elements column by column. */
  void transpose(Nonzeros to) {
    int size = rows * columnCount;
    if (dense.length < size) {
      dense = new float[size];
    }
    Lines.fill(0, dense, 0, size);
    for (int r = 0; r < rows; r++) {
      for (int i = starts[r]; i < starts[r + 1]; i++) {
        dense[columns[i] * rows + r] = values[i];
      }
    }
    to.clear(columnCount, rows);
    for (int c = 0; c < columnCount; c++) {
      to.addRow(dense, c * rows, rows);
    }
  }

  private static int packMaxima(
      float[] gradients,
      int go,
      float[] maxima,
      int mo,
      int[] indices,
      int io,
      Quarters of,
      int n,
      float[] values,
      int[] columns,
      int at) {
    int[] corners = of.places;
    int[] positions = of.positions;
    int width = of.width;
    int i = 0;
    for (;
        i < n
            && go + i + N <= gradients.length
            && mo + i + N <= maxima.length
            && io + i + N <= indices.length;
        i += N) {
      FloatVector g = FloatVector.fromArray(F, gradients, go + i);
      FloatVector max = FloatVector.fromArray(F, maxima, mo + i);
      IntVector offset =
          IntVector.fromArray(I, indices, io + i).sub(IntVector.fromArray(I, corners, i));
      VectorMask<Integer> lower = offset.compare(VectorOperators.GE, width);
      FloatVector position =
          IntVector.fromArray(I, positions, i)
              .add(offset)
              .add(offset)
              .sub(IntVector.zero(I).blend(2 * width - 1, lower))
              .reinterpretAsFloats();
      VectorMask<Float> mask =
          g.compare(VectorOperators.NE, 0)
              .and(max.compare(VectorOperators.GT, 0))
              .and(Lanes.first(n - i));
      g.compress(mask).intoArray(values, at);
      position.compress(mask).reinterpretAsInts().intoArray(columns, at);
      at += mask.trueCount();
    }
    for (; i < n; i++) {
      values[at] = gradients[go + i];
      columns[at] = of.position(i, indices[io + i]);
      at += gradients[go + i] != 0 && maxima[mo + i] > 0 ? 1 : 0;
    }
    return at;
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
