package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.ElementwiseChain;
import dev.gradkeeper.engine.kernel.ElementwiseChain.Link;
import dev.gradkeeper.engine.kernel.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one call of elementwise calls that follow each other, each on the result of the one before,
 * such as the gradients of a dropout and of the activation below it. The results between them need
 * no memory.
 */
final class ChainFusion {
  /** An elementwise call as a link that continues {@code in}. */
  private record Step(View in, Link link, View out) {}

  private ChainFusion() {}

  static void apply(Trace trace) {
    for (int i = 0; i < trace.size(); i++) {
      List<Step> ways = steps(trace.get(i));
      if (!ways.isEmpty()) {
        fuse(trace, i, ways.getFirst());
      }
    }
  }

  private static void fuse(Trace trace, int first, Step start) {
    List<Link> links = new ArrayList<>();
    int last = first;
    View out = start.out();
    links.add(start.link());
    for (Step next = next(trace, first, last, out);
        next != null;
        next = next(trace, first, last, out)) {
      links.add(next.link());
      out = next.out();
      last++;
    }
    if (last > first && isApart(out, start.in(), links)) {
      ElementwiseChain chain = new ElementwiseChain(start.in(), links.toArray(Link[]::new), out);
      trace.replace(first, last, new KernelCall.Chain(chain));
    }
  }

  /** The call after {@code last} as a link on {@code value}, which nobody else needs; or null. */
  private static Step next(Trace trace, int first, int last, View value) {
    for (Step step : steps(trace.get(last + 1))) {
      if (isSame(step.in(), value)
          && !takes(step.link(), value)
          && (isSame(step.out(), value) || trace.isOnlyUsedBetween(value, first, last + 1))) {
        return step;
      }
    }
    return null;
  }

  /** One for each of the call's arguments; none if it is not elementwise over dense views. */
  private static List<Step> steps(KernelCall call) {
    return switch (call) {
      case KernelCall.Map(var op, View in, View out) when isDense(out, in) ->
          List.of(new Step(in, new ElementwiseChain.Map(op), out));
      case KernelCall.Affine(View in, double scale, double shift, View out) when isDense(out, in) ->
          List.of(new Step(in, new ElementwiseChain.Affine(scale, shift), out));
      case KernelCall.Combine(var op, View a, View b, View out)
          when isDense(out, a) && isDense(out, b) ->
          List.of(
              new Step(a, new ElementwiseChain.Combine(op, b, false), out),
              new Step(b, new ElementwiseChain.Combine(op, a, true), out));
      case null, default -> List.of();
    };
  }

  private static boolean isDense(View out, View in) {
    return out.isContiguous()
        && in.isContiguous()
        && in.count() == out.count()
        && in.dtype() == out.dtype()
        && out.dtype().isFloatingPoint();
  }

  private static boolean isSame(View a, View b) {
    return a.storage() == b.storage() && a.offset() == b.offset() && a.count() == b.count();
  }

  private static boolean takes(Link link, View memory) {
    return link instanceof ElementwiseChain.Combine combine
        && combine.other().storage() == memory.storage();
  }

  /** Each link writes {@code out}, so those after it must not need what was there. */
  private static boolean isApart(View out, View in, List<Link> links) {
    return (isSame(out, in) || out.storage() != in.storage())
        && links.stream().noneMatch(link -> takes(link, out));
  }
}
