package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.ByteStorage;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.StridedLoop;

/**
 * Movement and elementwise kernels, line by line where the innermost dimension of the output is
 * dense and that of each input dense or repeated. Each method returns whether it did the work.
 */
final class Elementwise {
  /** Length of a line that holds one repeated value. */
  private static final int REPEATED = 1024;

  private Elementwise() {}

  static boolean fill(View out, double value) {
    StridedLoop loop = Scratch.get().loop;
    loop.start(out, out);
    if (!dense(loop.strideOut, loop.n)) {
      return false;
    }
    float[] to = array(out);
    for (; loop.more(); loop.next()) {
      Lines.fill((float) value, to, loop.out, loop.n);
    }
    return true;
  }

  static boolean copy(View in, View out) {
    StridedLoop loop = Scratch.get().loop;
    loop.start(in, out);
    if (!dense(loop.strideOut, loop.n) || !denseOrRepeated(loop.strideA, loop.n)) {
      return false;
    }
    float[] to = array(out);
    if (in.storage() instanceof ByteStorage bytes) {
      for (; loop.more(); loop.next()) {
        widen(bytes.array(), loop.a, loop.strideA, to, loop.out, loop.n);
      }
      return true;
    }
    if (!(in.storage() instanceof FloatStorage)) {
      return false;
    }
    float[] from = array(in);
    for (; loop.more(); loop.next()) {
      if (loop.strideA == 1) {
        Lines.copy(from, loop.a, to, loop.out, loop.n);
      } else {
        Lines.fill(from[loop.a], to, loop.out, loop.n);
      }
    }
    return true;
  }

  private static void widen(byte[] x, int xo, int xs, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = x[xo + i * xs] & 0xFF;
    }
  }

  static boolean unary(Unary op, View in, View out) {
    StridedLoop loop = Scratch.get().loop;
    loop.start(in, out);
    if (!dense(loop.strideOut, loop.n) || !dense(loop.strideA, loop.n)) {
      return false;
    }
    float[] from = array(in);
    float[] to = array(out);
    for (; loop.more(); loop.next()) {
      UnaryLines.apply(op, from, loop.a, to, loop.out, loop.n);
    }
    return true;
  }

  static boolean binary(Binary op, View a, View b, View out) {
    Scratch scratch = Scratch.get();
    StridedLoop loop = scratch.loop;
    loop.start(a, b, out);
    if (!dense(loop.strideOut, loop.n)
        || !denseOrRepeated(loop.strideA, loop.n)
        || !denseOrRepeated(loop.strideB, loop.n)) {
      return false;
    }
    float[] left = array(a);
    float[] right = array(b);
    float[] to = array(out);
    if (dense(loop.strideA, loop.n) && dense(loop.strideB, loop.n)) {
      for (; loop.more(); loop.next()) {
        BinaryLines.apply(op, left, loop.a, right, loop.b, to, loop.out, loop.n);
      }
      return true;
    }
    boolean repeatA = loop.strideA == 0;
    boolean repeatB = loop.strideB == 0;
    float[] lineA = repeatA ? scratch.lines(REPEATED) : left;
    float[] lineB = repeatB ? scratch.sums(REPEATED) : right;
    for (; loop.more(); loop.next()) {
      int filled = Math.min(loop.n, REPEATED);
      if (repeatA) {
        Lines.fill(left[loop.a], lineA, 0, filled);
      }
      if (repeatB) {
        Lines.fill(right[loop.b], lineB, 0, filled);
      }
      for (int i = 0; i < loop.n; i += REPEATED) {
        BinaryLines.apply(
            op,
            lineA,
            repeatA ? 0 : loop.a + i,
            lineB,
            repeatB ? 0 : loop.b + i,
            to,
            loop.out + i,
            Math.min(REPEATED, loop.n - i));
      }
    }
    return true;
  }

  static boolean affine(View in, double scale, double shift, View out) {
    StridedLoop loop = Scratch.get().loop;
    loop.start(in, out);
    if (!dense(loop.strideOut, loop.n) || !dense(loop.strideA, loop.n)) {
      return false;
    }
    float[] from = array(in);
    float[] to = array(out);
    for (; loop.more(); loop.next()) {
      Lines.affine(from, loop.a, to, loop.out, loop.n, (float) scale, (float) shift);
    }
    return true;
  }

  static boolean axpy(double alpha, View x, View y) {
    StridedLoop loop = Scratch.get().loop;
    loop.start(x, y);
    if (!dense(loop.strideOut, loop.n) || !dense(loop.strideA, loop.n)) {
      return false;
    }
    float[] from = array(x);
    float[] to = array(y);
    for (; loop.more(); loop.next()) {
      Lines.fma(from, loop.a, to, loop.out, loop.n, (float) alpha);
    }
    return true;
  }

  static boolean clamp(View values, double limit) {
    StridedLoop loop = Scratch.get().loop;
    loop.start(values, values);
    if (!dense(loop.strideOut, loop.n)) {
      return false;
    }
    float[] array = array(values);
    for (; loop.more(); loop.next()) {
      Lines.clamp(array, loop.out, array, loop.out, loop.n, (float) limit);
    }
    return true;
  }

  private static boolean dense(int stride, int n) {
    return stride == 1 || n == 1;
  }

  private static boolean denseOrRepeated(int stride, int n) {
    return stride <= 1 && stride >= 0 || n == 1;
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
