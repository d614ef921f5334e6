package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.plan.Access.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Leaves out what every run would compute anew to the same values, such as the gradient 1 that a
 * backward pass begins with: the capture has computed it, and its memory is kept.
 */
final class Constants {
  private Constants() {}

  static void fold(Trace trace) {
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
