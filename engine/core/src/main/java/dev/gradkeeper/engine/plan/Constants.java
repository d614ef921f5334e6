package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.plan.Access.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Leaves out what every run would compute anew to the same values, such as the gradient 1 that a
 * backward pass begins with: the capture has computed it, and its memory is kept. A product with
 * such a number needs no memory of it.
 */
final class Constants {
  private Constants() {}

  /**
   * @param value reads an element of constant memory
   */
  static void fold(Trace trace, ToDoubleFunction<View> value) {
    Set<Storage> constants = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < trace.size(); ) {
      Storage result = result(trace, i, constants);
      if (result == null) {
        i++;
      } else {
        constants.add(result);
        trace.keep(result);
        trace.remove(i);
      }
    }
    for (int i = 0; i < trace.size(); i++) {
      if (trace.get(i) instanceof KernelCall.Combine(Binary op, View a, View b, View out)
          && op == Binary.MUL
          && out.dtype().isFloatingPoint()) {
        if (isNumber(b, constants)) {
          scale(trace, i, a, value.applyAsDouble(b), out);
        } else if (isNumber(a, constants)) {
          scale(trace, i, b, value.applyAsDouble(a), out);
        }
      }
    }
  }

  private static boolean isNumber(View view, Set<Storage> constants) {
    return view.isRepeated() && view.count() > 0 && constants.contains(view.storage());
  }

  /** -0 is added: it changes no product. */
  private static void scale(Trace trace, int i, View in, double factor, View out) {
    trace.replace(i, i, new KernelCall.Affine(in, factor, -0.0, out));
  }

  /** What call i writes, if that is the same in every run; else null. */
  private static Storage result(Trace trace, int i, Set<Storage> constants) {
    List<Storage> written = new ArrayList<>();
    boolean[] varies = {trace.get(i) instanceof KernelCall.Host};
    trace
        .get(i)
        .map(
            (view, mode) -> {
              if (mode == Mode.READ) {
                varies[0] |= !constants.contains(view.storage());
              } else {
                varies[0] |= mode != Mode.WRITE || !trace.isOnlyWrittenBy(view, i);
                written.add(view.storage());
              }
              return view;
            });
    return varies[0] || written.size() != 1 ? null : written.getFirst();
  }
}
