package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.scalar.Sums.SUM_LANES;

import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.heap.IntStorage;
import dev.gradkeeper.engine.kernel.scalar.FloatMath;
import dev.gradkeeper.engine.kernel.scalar.Sums;

/** Logarithm of softmax over dense rows, and the gradient of a choice from them. */
final class Classification {
  private Classification() {}

  static void logSoftmax(View x, View out) {
    Scratch scratch = Scratch.get();
    float[] in = ((FloatStorage) x.storage()).array();
    float[] to = ((FloatStorage) out.storage()).array();
    int n = x.size(-1);
    int rows = x.count() / n;
    float[] lanes = scratch.sums(SUM_LANES);
    float[] line = scratch.lines(n);
    int count = Sums.lanes(n);
    for (int r = 0; r < rows; r++) {
      int a = x.offset() + r * n;
      int o = out.offset() + r * n;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        max = Math.max(max, in[a + i]);
      }
      Lines.affine(in, a, to, o, n, 1, -max);
      UnaryLines.apply(Unary.EXP, to, o, line, 0, n);
      Lines.fill(0, lanes, 0, count);
      Reductions.addRow(Reduction.SUM, line, 0, n, lanes);
      float log = FloatMath.log(Reductions.foldLanes(Reduction.SUM, lanes, count));
      Lines.affine(to, o, to, o, n, 1, -log);
    }
  }

  static void logSoftmaxBackward(View out, View gradOut, View gradX) {
    Scratch scratch = Scratch.get();
    float[] outputs = ((FloatStorage) out.storage()).array();
    float[] gradients = ((FloatStorage) gradOut.storage()).array();
    float[] to = ((FloatStorage) gradX.storage()).array();
    int n = out.size(-1);
    int rows = out.count() / n;
    float[] lanes = scratch.sums(SUM_LANES);
    float[] line = scratch.lines(n);
    int count = Sums.lanes(n);
    for (int r = 0; r < rows; r++) {
      int g = gradOut.offset() + r * n;
      int o = gradX.offset() + r * n;
      Lines.fill(0, lanes, 0, count);
      Reductions.addRow(Reduction.SUM, gradients, g, n, lanes);
      float sum = Reductions.foldLanes(Reduction.SUM, lanes, count);
      UnaryLines.apply(Unary.EXP, outputs, out.offset() + r * n, line, 0, n);
      Lines.affine(line, 0, line, 0, n, sum, -0.0f);
      for (int i = 0; i < n; i++) {
        to[o + i] = gradients[g + i] - line[i];
      }
    }
  }

  static void scatter(View values, View index, View out) {
    float[] from = ((FloatStorage) values.storage()).array();
    int[] classes = ((IntStorage) index.storage()).array();
    float[] to = ((FloatStorage) out.storage()).array();
    int columns = out.size(1);
    Lines.fill(0, to, out.offset(), out.count());
    for (int i = 0; i < out.size(0); i++) {
      int chosen = classes[index.offset() + i * index.stride(0)];
      to[out.offset() + i * columns + chosen] = from[values.offset() + i * values.stride(0)];
    }
  }
}
