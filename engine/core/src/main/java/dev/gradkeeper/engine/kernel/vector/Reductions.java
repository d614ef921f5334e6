package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.scalar.Sums.SUM_LANES;

import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.Sums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Folds over dense rows into lanes, and over leading dimensions line by line, in the orders of
 * {@link Sums}.
 */
final class Reductions {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Float> QUARTER = FloatVector.SPECIES_128;
  private static final int N = Lanes.COUNT;
  private static final int BLOCK = 4 * SUM_LANES;

  private Reductions() {}

  /** Returns whether it did the work. */
  static boolean reduce(Reduction op, View in, View out) {
    int split = in.dimensions();
    int row = 1;
    boolean folded = false;
    for (int d = split - 1; d >= 0; d--) {
      if (in.size(d) == 1) {
        continue;
      }
      boolean fold = out.size(d) == 1;
      if (row == 1) {
        folded = fold;
      } else if (fold != folded) {
        break;
      }
      if (in.stride(d) != row || !fold && out.stride(d) != row) {
        return false;
      }
      row *= in.size(d);
      split = d;
    }
    if (in.count() == 0) {
      return false;
    }
    if (folded || row == 1) {
      rows(op, in, out, split, row);
    } else {
      lines(op, in, out, split, row);
    }
    return true;
  }

  /**
   * Folds rows of {@code row} dense elements; dimensions from {@code split} on are within a row.
   */
  private static void rows(Reduction op, View in, View out, int split, int row) {
    float[] from = ((FloatStorage) in.storage()).array();
    float[] to = ((FloatStorage) out.storage()).array();
    float[] lanes = Scratch.get().sums(SUM_LANES);
    int count = Sums.lanes(row);
    int outputs = count(in, out, split, false);
    int repeats = count(in, out, split, true);
    for (int i = 0; i < outputs; i++) {
      int start = in.offset() + offset(in, in, out, split, i, false);
      Lines.fill(identity(op), lanes, 0, count);
      for (int r = 0; r < repeats; r++) {
        addRow(op, from, start + offset(in, in, out, split, r, true), row, lanes);
      }
      to[out.offset() + offset(out, in, out, split, i, false)] = foldLanes(op, lanes, count);
    }
  }

  /** Folds leading dimensions into lines of {@code n} dense outputs. */
  private static void lines(Reduction op, View in, View out, int split, int n) {
    float[] from = ((FloatStorage) in.storage()).array();
    float[] to = ((FloatStorage) out.storage()).array();
    int outputs = count(in, out, split, false);
    int repeats = count(in, out, split, true);
    for (int i = 0; i < outputs; i++) {
      int start = in.offset() + offset(in, in, out, split, i, false);
      int target = out.offset() + offset(out, in, out, split, i, false);
      Lines.fill(identity(op), to, target, n);
      for (int r = 0; r < repeats; r++) {
        int line = start + offset(in, in, out, split, r, true);
        switch (op) {
          case SUM -> Lines.add(from, line, to, target, n);
          case SUM_OF_SQUARES -> Lines.addSquare(from, line, to, target, n);
          case MAX -> Lines.max(from, line, to, target, n);
        }
      }
    }
  }

  static float identity(Reduction op) {
    return op == Reduction.MAX ? Float.NEGATIVE_INFINITY : 0;
  }

  /** Adds a row to {@code Sums.lanes(row)} lanes. */
  static void addRow(Reduction op, float[] x, int at, int row, float[] lanes) {
    int done = 0;
    if (Sums.lanes(row) == SUM_LANES) {
      done = row & -BLOCK;
      for (int group = 0; group < SUM_LANES; group += 4 * N) {
        switch (op) {
          case SUM -> sums(x, at, done, group, lanes);
          case SUM_OF_SQUARES -> squares(x, at, done, group, lanes);
          case MAX -> maxima(x, at, done, group, lanes);
        }
      }
      while (row - done >= N) {
        int run = Math.min(SUM_LANES, (row - done) & -N);
        switch (op) {
          case SUM -> Lines.add(x, at + done, lanes, 0, run);
          case SUM_OF_SQUARES -> Lines.addSquare(x, at + done, lanes, 0, run);
          case MAX -> Lines.max(x, at + done, lanes, 0, run);
        }
        done += run;
      }
    }
    int mask = Sums.lanes(row) - 1;
    for (int i = done; i < row; i++) {
      float v = x[at + i];
      float lane = lanes[i & mask];
      lanes[i & mask] =
          switch (op) {
            case SUM -> lane + v;
            case SUM_OF_SQUARES -> Math.fma(v, v, lane);
            case MAX -> Math.max(lane, v);
          };
    }
  }

  static float foldLanes(Reduction op, float[] lanes, int count) {
    for (int half = count / 2; half > 0; half /= 2) {
      if (op == Reduction.MAX) {
        Lines.max(lanes, half, lanes, 0, half);
      } else if (half >= 4) {
        for (int i = 0; i < half; i += 4) {
          FloatVector.fromArray(QUARTER, lanes, i)
              .add(FloatVector.fromArray(QUARTER, lanes, half + i))
              .intoArray(lanes, i);
        }
      } else {
        for (int i = 0; i < half; i++) {
          lanes[i] += lanes[half + i];
        }
      }
    }
    return lanes[0];
  }

  /*
   * Four rounds over four vectors of lanes, in straight lines: now and then C2 boxes vectors that
   * live from one iteration to the next.
   */
  private static void sums(float[] x, int at, int n, int group, float[] lanes) {
    for (int i = at + group; i < at + n; i += BLOCK) {
      FloatVector s0 = FloatVector.fromArray(F, lanes, group);
      FloatVector s1 = FloatVector.fromArray(F, lanes, group + N);
      FloatVector s2 = FloatVector.fromArray(F, lanes, group + 2 * N);
      FloatVector s3 = FloatVector.fromArray(F, lanes, group + 3 * N);
      s0 = s0.add(FloatVector.fromArray(F, x, i));
      s1 = s1.add(FloatVector.fromArray(F, x, i + N));
      s2 = s2.add(FloatVector.fromArray(F, x, i + 2 * N));
      s3 = s3.add(FloatVector.fromArray(F, x, i + 3 * N));
      s0 = s0.add(FloatVector.fromArray(F, x, i + SUM_LANES));
      s1 = s1.add(FloatVector.fromArray(F, x, i + SUM_LANES + N));
      s2 = s2.add(FloatVector.fromArray(F, x, i + SUM_LANES + 2 * N));
      s3 = s3.add(FloatVector.fromArray(F, x, i + SUM_LANES + 3 * N));
      s0 = s0.add(FloatVector.fromArray(F, x, i + 2 * SUM_LANES));
      s1 = s1.add(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + N));
      s2 = s2.add(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + 2 * N));
      s3 = s3.add(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + 3 * N));
      s0 = s0.add(FloatVector.fromArray(F, x, i + 3 * SUM_LANES));
      s1 = s1.add(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + N));
      s2 = s2.add(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + 2 * N));
      s3 = s3.add(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + 3 * N));
      s0.intoArray(lanes, group);
      s1.intoArray(lanes, group + N);
      s2.intoArray(lanes, group + 2 * N);
      s3.intoArray(lanes, group + 3 * N);
    }
  }

  private static void squares(float[] x, int at, int n, int group, float[] lanes) {
    for (int i = at + group; i < at + n; i += BLOCK) {
      FloatVector s0 = FloatVector.fromArray(F, lanes, group);
      FloatVector s1 = FloatVector.fromArray(F, lanes, group + N);
      FloatVector s2 = FloatVector.fromArray(F, lanes, group + 2 * N);
      FloatVector s3 = FloatVector.fromArray(F, lanes, group + 3 * N);
      s0 = square(FloatVector.fromArray(F, x, i), s0);
      s1 = square(FloatVector.fromArray(F, x, i + N), s1);
      s2 = square(FloatVector.fromArray(F, x, i + 2 * N), s2);
      s3 = square(FloatVector.fromArray(F, x, i + 3 * N), s3);
      s0 = square(FloatVector.fromArray(F, x, i + SUM_LANES), s0);
      s1 = square(FloatVector.fromArray(F, x, i + SUM_LANES + N), s1);
      s2 = square(FloatVector.fromArray(F, x, i + SUM_LANES + 2 * N), s2);
      s3 = square(FloatVector.fromArray(F, x, i + SUM_LANES + 3 * N), s3);
      s0 = square(FloatVector.fromArray(F, x, i + 2 * SUM_LANES), s0);
      s1 = square(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + N), s1);
      s2 = square(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + 2 * N), s2);
      s3 = square(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + 3 * N), s3);
      s0 = square(FloatVector.fromArray(F, x, i + 3 * SUM_LANES), s0);
      s1 = square(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + N), s1);
      s2 = square(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + 2 * N), s2);
      s3 = square(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + 3 * N), s3);
      s0.intoArray(lanes, group);
      s1.intoArray(lanes, group + N);
      s2.intoArray(lanes, group + 2 * N);
      s3.intoArray(lanes, group + 3 * N);
    }
  }

  private static FloatVector square(FloatVector v, FloatVector sum) {
    return v.fma(v, sum);
  }

  private static void maxima(float[] x, int at, int n, int group, float[] lanes) {
    for (int i = at + group; i < at + n; i += BLOCK) {
      FloatVector s0 = FloatVector.fromArray(F, lanes, group);
      FloatVector s1 = FloatVector.fromArray(F, lanes, group + N);
      FloatVector s2 = FloatVector.fromArray(F, lanes, group + 2 * N);
      FloatVector s3 = FloatVector.fromArray(F, lanes, group + 3 * N);
      s0 = s0.max(FloatVector.fromArray(F, x, i));
      s1 = s1.max(FloatVector.fromArray(F, x, i + N));
      s2 = s2.max(FloatVector.fromArray(F, x, i + 2 * N));
      s3 = s3.max(FloatVector.fromArray(F, x, i + 3 * N));
      s0 = s0.max(FloatVector.fromArray(F, x, i + SUM_LANES));
      s1 = s1.max(FloatVector.fromArray(F, x, i + SUM_LANES + N));
      s2 = s2.max(FloatVector.fromArray(F, x, i + SUM_LANES + 2 * N));
      s3 = s3.max(FloatVector.fromArray(F, x, i + SUM_LANES + 3 * N));
      s0 = s0.max(FloatVector.fromArray(F, x, i + 2 * SUM_LANES));
      s1 = s1.max(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + N));
      s2 = s2.max(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + 2 * N));
      s3 = s3.max(FloatVector.fromArray(F, x, i + 2 * SUM_LANES + 3 * N));
      s0 = s0.max(FloatVector.fromArray(F, x, i + 3 * SUM_LANES));
      s1 = s1.max(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + N));
      s2 = s2.max(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + 2 * N));
      s3 = s3.max(FloatVector.fromArray(F, x, i + 3 * SUM_LANES + 3 * N));
      s0.intoArray(lanes, group);
      s1.intoArray(lanes, group + N);
      s2.intoArray(lanes, group + 2 * N);
      s3.intoArray(lanes, group + 3 * N);
    }
  }

  /** How many outputs there are before {@code split}, or how many elements each one folds there. */
  private static int count(View in, View out, int split, boolean folded) {
    int product = 1;
    for (int d = 0; d < split; d++) {
      product *= out.size(d) == 1 == folded ? in.size(d) : 1;
    }
    return product;
  }

  /** Offset in {@code v} of the i-th output, or of the i-th element that each output folds. */
  private static int offset(View v, View in, View out, int split, int i, boolean folded) {
    int offset = 0;
    for (int d = split - 1; d >= 0 && i > 0; d--) {
      if (out.size(d) == 1 == folded) {
        offset += i % in.size(d) * v.stride(d);
        i /= in.size(d);
      }
    }
    return offset;
  }
}
