package dev.gradkeeper.engine.plan;

import static dev.gradkeeper.engine.plan.Trace.same;

import dev.gradkeeper.engine.kernel.LinearBlock;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.plan.KernelCall.Copy;
import dev.gradkeeper.engine.plan.KernelCall.Gemm;

/** Makes one call of a bias that is copied, a product that is added to it, and a relu. */
final class LinearFusion {
  private LinearFusion() {}

  static void apply(Trace trace) {
    for (int i = 0; i < trace.size(); i++) {
      if (trace.get(i) instanceof Copy(View bias, View to)
          && trace.get(i + 1) instanceof Gemm(View a, View b, View c, boolean accumulate)
          && accumulate
          && same(to, c)
          && c.dimensions() == 2
          && bias.dtype() == c.dtype()) {
        fuse(trace, i, i + 1, a, b, bias.sizes().length == 2 ? bias : null, c);
      } else if (trace.get(i) instanceof Gemm(View a, View b, View c, boolean accumulate)
          && !accumulate
          && c.dimensions() == 2) {
        fuse(trace, i, i, a, b, null, c);
      }
    }
  }

  private static void fuse(
      Trace trace, int first, int gemm, View x, View weight, View bias, View c) {
    if (first != gemm && bias == null) {
      return;
    }
    boolean relu =
        trace.get(gemm + 1) instanceof KernelCall.Map(Unary op, View in, View out)
            && op == Unary.RELU
            && same(in, c)
            && in.dtype() == out.dtype()
            && out.isContiguous() == c.isContiguous()
            && java.util.Arrays.equals(out.sizes(), c.sizes())
            && trace.isOnlyUsedBy(c, first, gemm, gemm + 1);
    if (relu) {
      View out = ((KernelCall.Map) trace.get(gemm + 1)).out();
      trace.replace(
          first, gemm + 1, new KernelCall.Linear(new LinearBlock(x, weight, bias, true, out)));
    } else if (bias != null) {
      trace.replace(first, gemm, new KernelCall.Linear(new LinearBlock(x, weight, bias, false, c)));
    }
  }
}
