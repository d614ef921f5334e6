package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.View;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts elementwise calls over dense vectors of one length, such as an optimizer's update, into
 * parts that have no element in common. Each element is computed as before. Calls over other
 * memory, such as a sum of losses, go with the first part.
 */
final class Split {
  /** A part has at least as many elements. */
  static final int LEAST = 1 << 13;

  /** Parts begin at multiples of this, so that two of them write no cache line in common. */
  private static final int ALIGNMENT = 64;

  private Split() {}

  /** The calls of each part; of one part, all of them, where they cannot be cut. */
  static List<List<KernelCall>> of(List<KernelCall> calls, int most) {
    int length =
        calls.stream().flatMap(c -> views(c).stream()).mapToInt(View::count).max().orElse(0);
    List<KernelCall> vectors = calls.stream().filter(call -> isOver(length, call)).toList();
    List<KernelCall> others = new ArrayList<>(calls);
    others.removeAll(vectors);
    int parts = Math.min(most, length / LEAST);
    if (parts < 2 || vectors.isEmpty() || !independent(vectors, others)) {
      return List.of(calls);
    }
    List<List<KernelCall>> cut = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int from = boundary(length, part, parts);
      int to = boundary(length, part + 1, parts);
      List<KernelCall> own = new ArrayList<>(part == 0 ? others : List.of());
      vectors.forEach(call -> own.add(call.map((view, _) -> narrow(view, from, to))));
      cut.add(own);
    }
    return cut;
  }

  private static int boundary(int length, int part, int parts) {
    return part == parts ? length : (int) ((long) length * part / parts) & -ALIGNMENT;
  }

  private static View narrow(View vector, int from, int to) {
    return View.contiguous(vector.storage(), vector.offset() + from, to - from);
  }

  private static boolean isOver(int length, KernelCall call) {
    boolean elementwise =
        call instanceof KernelCall.Axpy
            || call instanceof KernelCall.Sgd
            || call instanceof KernelCall.Adam
            || call instanceof KernelCall.ClipByValue;
    return elementwise
        && views(call).stream().allMatch(view -> view.isContiguous() && view.count() == length);
  }

  /**
   * Whether element i of a vector is always that of the same memory, which the other calls leave
   * alone.
   */
  private static boolean independent(List<KernelCall> vectors, List<KernelCall> others) {
    Map<Storage, Integer> offsets = new IdentityHashMap<>();
    for (KernelCall call : vectors) {
      for (View view : views(call)) {
        Integer before = offsets.put(view.storage(), view.offset());
        if (before != null && before != view.offset()) {
          return false;
        }
      }
    }
    return others.stream()
        .noneMatch(
            call ->
                call instanceof KernelCall.Host
                    || views(call).stream().anyMatch(view -> offsets.containsKey(view.storage())));
  }

  private static List<View> views(KernelCall call) {
    List<View> views = new ArrayList<>();
    call.map(
        (view, _) -> {
          views.add(view);
          return view;
        });
    return views;
  }
}
