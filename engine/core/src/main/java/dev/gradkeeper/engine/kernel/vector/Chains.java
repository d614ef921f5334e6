package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.ElementwiseChain;
import dev.gradkeeper.engine.kernel.ElementwiseChain.Link;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;

/** Chains of elementwise functions, piece by piece: a piece stays in the first-level cache. */
final class Chains {
  private static final int PIECE = 1024;

  private Chains() {}

  static void run(ElementwiseChain chain) {
    float[] in = array(chain.in());
    float[] out = array(chain.out());
    int n = chain.out().count();
    for (int i = 0; i < n; i += PIECE) {
      int piece = Math.min(PIECE, n - i);
      int to = chain.out().offset() + i;
      float[] from = in;
      int at = chain.in().offset() + i;
      for (Link link : chain.links()) {
        apply(link, i, from, at, out, to, piece);
        from = out;
        at = to;
      }
    }
  }

  private static void apply(Link link, int i, float[] x, int xo, float[] y, int yo, int n) {
    if (link instanceof ElementwiseChain.Affine affine) {
      affine((float) affine.scale(), (float) affine.shift(), x, xo, y, yo, n);
    } else if (link instanceof ElementwiseChain.Combine combine) {
      View other = combine.other();
      if (combine.otherFirst()) {
        combine(combine.op(), array(other), other.offset() + i, x, xo, y, yo, n);
      } else {
        combine(combine.op(), x, xo, array(other), other.offset() + i, y, yo, n);
      }
    } else if (link instanceof ElementwiseChain.Map map) {
      UnaryLines.apply(map.op(), x, xo, y, yo, n);
    }
  }

  private static void affine(
      float scale, float shift, float[] x, int xo, float[] y, int yo, int n) {
    if (SmallLines.covers(n)) {
      SmallLines.affine(x, xo, y, yo, n, scale, shift);
    } else {
      Lines.affine(x, xo, y, yo, n, scale, shift);
    }
  }

  private static void combine(
      Binary op, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    if (SmallLines.covers(op, n)) {
      SmallLines.binary(op, a, ao, 1, b, bo, 1, y, yo, n);
    } else {
      BinaryLines.apply(op, a, ao, b, bo, y, yo, n);
    }
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
