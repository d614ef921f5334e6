package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.plan.Access.Mode;
import dev.gradkeeper.engine.plan.Trace.Use;
import java.util.List;

/**
 * Lets a kernel write where its result is wanted, instead of into memory that is then copied or
 * added there: gradients go straight into those of the parameters.
 */
final class StraightWrites {
  private StraightWrites() {}

  static void apply(Trace trace) {
    for (int i = 0; i < trace.size(); ) {
      i = redirected(trace, i) ? i : i + 1;
    }
  }

  /** Whether call {@code mover} was a copy or an addition and is not needed any more. */
  private static boolean redirected(Trace trace, int mover) {
    View from;
    View to;
    boolean adds;
    switch (trace.get(mover)) {
      case KernelCall.Copy(View in, View out) when in.dtype() == out.dtype() -> {
        from = in;
        to = out;
        adds = false;
      }
      case KernelCall.Axpy(double alpha, View x, View y) when alpha == 1 -> {
        from = x;
        to = y;
        adds = true;
      }
      default -> {
        return false;
      }
    }
    if (!trace.isTemporary(from) || !from.isContiguous() || !to.isContiguous()) {
      return false;
    }
    List<Use> uses = trace.uses(from.storage());
    Use produced = uses.getFirst();
    if (uses.size() != 2
        || uses.getLast().call() != mover
        || produced.mode() != Mode.WRITE
        || !covers(produced.view(), from)
        || isTouched(trace, to, produced.call(), mover)) {
      return false;
    }
    KernelCall producer =
        trace
            .get(produced.call())
            .map(
                (view, _) ->
                    view == produced.view()
                        ? View.contiguous(to.storage(), to.offset(), view.sizes())
                        : view);
    if (adds) {
      producer = accumulating(producer);
    }
    if (producer == null) {
      return false;
    }
    trace.replace(produced.call(), produced.call(), producer);
    trace.remove(mover);
    return true;
  }

  private static boolean covers(View produced, View moved) {
    return produced.isContiguous()
        && produced.offset() == moved.offset()
        && produced.count() == moved.count();
  }

  /** Whether the calls from {@code first} until before {@code last} use this memory. */
  private static boolean isTouched(Trace trace, View memory, int first, int last) {
    for (int i = first; i < last; i++) {
      if (trace.get(i) instanceof KernelCall.Host) {
        return true;
      }
    }
    return trace.uses(memory.storage()).stream()
        .anyMatch(use -> use.call() >= first && use.call() < last && overlap(use.view(), memory));
  }

  private static boolean overlap(View a, View b) {
    return a.offset() <= last(b) && b.offset() <= last(a);
  }

  private static int last(View view) {
    int last = view.offset();
    for (int d = 0; d < view.dimensions(); d++) {
      last += (view.size(d) - 1) * view.stride(d);
    }
    return last;
  }

  /** The call that adds its result to what is there; null if it cannot. */
  private static KernelCall accumulating(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm gemm -> new KernelCall.Gemm(gemm.a(), gemm.b(), gemm.c(), true);
      case KernelCall.Conv2dBackwardWeight conv ->
          new KernelCall.Conv2dBackwardWeight(
              conv.x(), conv.gradOut(), conv.gradWeight(), conv.window(), conv.groups(), true);
      default -> null;
    };
  }
}
