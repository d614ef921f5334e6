package dev.gradkeeper.engine.plan;

import static dev.gradkeeper.engine.plan.Trace.same;

import dev.gradkeeper.engine.kernel.NormOfNorms;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.plan.KernelCall.Reduce;
import java.util.ArrayList;
import java.util.List;

/** Makes one call of the norms of all gradients and the norm of these. */
final class NormFusion {
  private NormFusion() {}

  static void apply(Trace trace) {
    for (int i = 0; i < trace.size(); i++) {
      fuse(trace, i);
    }
  }

  private static void fuse(Trace trace, int first) {
    List<View> parts = new ArrayList<>();
    List<View> squares = new ArrayList<>();
    int i = first;
    while (trace.get(i) instanceof Reduce(Reduction op, View in, View out)
        && op == Reduction.SUM_OF_SQUARES
        && out.count() == 1
        && (squares.isEmpty() || follows(squares.getLast(), out))) {
      parts.add(in);
      squares.add(out);
      i++;
    }
    if (!parts.isEmpty()
        && trace.get(i) instanceof KernelCall.Map(Unary root, View norms, View roots)
        && root == Unary.SQRT
        && same(norms, roots)
        && norms.isContiguous()
        && norms.count() == parts.size()
        && norms.storage() == squares.getFirst().storage()
        && norms.offset() == squares.getFirst().offset()
        && trace.get(i + 1) instanceof Reduce(Reduction op, View in, View square)
        && op == Reduction.SUM_OF_SQUARES
        && same(in, norms)
        && square.count() == 1
        && trace.get(i + 2) instanceof KernelCall.Map(Unary last, View sum, View total)
        && last == Unary.SQRT
        && same(sum, total)
        && total.count() == 1
        && total.storage() == square.storage()
        && total.offset() == square.offset()) {
      NormOfNorms norm =
          new NormOfNorms(
              parts.toArray(View[]::new), squares.toArray(View[]::new), norms, square, total);
      trace.replace(first, i + 2, new KernelCall.Norm(norm));
    }
  }

  private static boolean follows(View before, View element) {
    return element.storage() == before.storage() && element.offset() == before.offset() + 1;
  }
}
