package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.Arrays;

/** Logarithm of softmax, and the choice of one class in each row. */
final class Classification {
  private Classification() {}

  static void logSoftmax(View x, View out) {
    Arithmetic m = Arithmetic.of(out.dtype());
    HeapStorage in = (HeapStorage) x.storage();
    HeapStorage to = (HeapStorage) out.storage();
    int n = x.size(-1);
    int xs = x.stride(-1);
    int os = out.stride(-1);
    double[] lanes = new double[Sums.lanes(n)];
    StridedLoop rows = new StridedLoop();
    for (rows.start(rows(x), rows(out)); rows.more(); rows.next()) {
      for (int r = 0; r < rows.n; r++) {
        int a = rows.a + r * rows.strideA;
        int o = rows.out + r * rows.strideOut;
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
          max = Math.max(max, in.get(a + i * xs));
        }
        Arrays.fill(lanes, 0);
        for (int i = 0; i < n; i++) {
          int lane = i % lanes.length;
          lanes[lane] = m.add(lanes[lane], m.exp(m.sub(in.get(a + i * xs), max)));
        }
        double log = m.log(m.foldSum(lanes));
        for (int i = 0; i < n; i++) {
          to.set(o + i * os, m.sub(m.sub(in.get(a + i * xs), max), log));
        }
      }
    }
  }

  static void logSoftmaxBackward(View out, View gradOut, View gradX) {
    Arithmetic m = Arithmetic.of(gradX.dtype());
    HeapStorage outputs = (HeapStorage) out.storage();
    HeapStorage gradients = (HeapStorage) gradOut.storage();
    HeapStorage to = (HeapStorage) gradX.storage();
    int n = gradX.size(-1);
    double[] lanes = new double[Sums.lanes(n)];
    StridedLoop rows = new StridedLoop();
    for (rows.start(rows(out), rows(gradOut), rows(gradX)); rows.more(); rows.next()) {
      for (int r = 0; r < rows.n; r++) {
        int a = rows.a + r * rows.strideA;
        int b = rows.b + r * rows.strideB;
        int o = rows.out + r * rows.strideOut;
        Arrays.fill(lanes, 0);
        for (int i = 0; i < n; i++) {
          int lane = i % lanes.length;
          lanes[lane] = m.add(lanes[lane], gradients.get(b + i * gradOut.stride(-1)));
        }
        double sum = m.foldSum(lanes);
        for (int i = 0; i < n; i++) {
          double share = m.mul(m.exp(outputs.get(a + i * out.stride(-1))), sum);
          double g = gradients.get(b + i * gradOut.stride(-1));
          to.set(o + i * gradX.stride(-1), m.sub(g, share));
        }
      }
    }
  }

  static void gather(View in, View index, View out) {
    HeapStorage from = (HeapStorage) in.storage();
    HeapStorage classes = (HeapStorage) index.storage();
    HeapStorage to = (HeapStorage) out.storage();
    for (int i = 0; i < out.size(0); i++) {
      int chosen = (int) classes.get(index.offset() + i * index.stride(0));
      to.set(
          out.offset() + i * out.stride(0),
          from.get(in.offset() + i * in.stride(0) + chosen * in.stride(1)));
    }
  }

  static void scatter(View values, View index, View out) {
    HeapStorage from = (HeapStorage) values.storage();
    HeapStorage classes = (HeapStorage) index.storage();
    HeapStorage to = (HeapStorage) out.storage();
    Elementwise.fill(out, 0);
    for (int i = 0; i < out.size(0); i++) {
      int chosen = (int) classes.get(index.offset() + i * index.stride(0));
      to.set(
          out.offset() + i * out.stride(0) + chosen * out.stride(1),
          from.get(values.offset() + i * values.stride(0)));
    }
  }

  private static View rows(View v) {
    int leading = v.dimensions() - 1;
    return new View(
        v.storage(),
        v.offset(),
        Arrays.copyOf(v.sizes(), leading),
        Arrays.copyOf(v.strides(), leading));
  }
}
