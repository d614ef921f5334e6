package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.plan.Access.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The calls of a recorded step in order, while passes rewrite them. */
final class Trace {
  /** A view in the hands of call number {@code call}. */
  record Use(int call, View view, Mode mode) {}

  /** Memory that does not exist before the arena is laid out. */
  private record Placeholder(DType dtype, int length) implements Storage {}

  private final List<KernelCall> calls;
  private final Set<Storage> temporaries;
  private Map<Storage, List<Use>> uses;

  /**
   * @param temporaries by identity: what only these calls use, and whose contents mean nothing
   *     between two runs
   */
  Trace(List<KernelCall> calls, Set<Storage> temporaries) {
    this.calls = new ArrayList<>(calls);
    this.temporaries = temporaries;
  }

  int size() {
    return calls.size();
  }

  /** Null beyond the end. */
  KernelCall get(int i) {
    return i < calls.size() ? calls.get(i) : null;
  }

  List<KernelCall> calls() {
    return calls;
  }

  boolean isTemporary(View view) {
    return temporaries.contains(view.storage());
  }

  /** From now on the contents of this memory are to be kept. */
  void keep(Storage storage) {
    temporaries.remove(storage);
  }

  /** Memory for scratch of a fused call. */
  View temporary(DType dtype, int... sizes) {
    View view = View.contiguous(new Placeholder(dtype, count(sizes)), 0, sizes);
    temporaries.add(view.storage());
    return view;
  }

  private static int count(int[] sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** All uses of a view's memory, in the order of the calls. */
  List<Use> uses(Storage storage) {
    if (uses == null) {
      Map<Storage, List<Use>> found = new IdentityHashMap<>();
      for (int i = 0; i < calls.size(); i++) {
        int call = i;
        calls
            .get(i)
            .map(
                (view, mode) -> {
                  found
                      .computeIfAbsent(view.storage(), _ -> new ArrayList<>())
                      .add(new Use(call, view, mode));
                  return view;
                });
      }
      uses = found;
    }
    return uses.getOrDefault(storage, List.of());
  }

  /** Whether a view's memory is temporary and no call but the given ones uses it. */
  boolean isOnlyUsedBy(View view, int... users) {
    return isTemporary(view)
        && uses(view.storage()).stream()
            .allMatch(use -> Arrays.stream(users).anyMatch(user -> user == use.call()));
  }

  /** Whether a view's memory is temporary and no call before or after these uses it. */
  boolean isOnlyUsedBetween(View view, int first, int last) {
    return isTemporary(view)
        && uses(view.storage()).stream().allMatch(use -> first <= use.call() && use.call() <= last);
  }

  /** Whether a view's memory is temporary and no call but the given one writes to it. */
  boolean isOnlyWrittenBy(View view, int writer) {
    return isTemporary(view)
        && uses(view.storage()).stream()
            .allMatch(use -> !use.mode().writes || use.call() == writer);
  }

  /** One call in the place of those from {@code first} to {@code last}. */
  void replace(int first, int last, KernelCall call) {
    calls.subList(first, last + 1).clear();
    calls.add(first, call);
    uses = null;
  }

  void remove(int i) {
    calls.remove(i);
    uses = null;
  }

  /** Whether two views are the same window on the same memory. */
  static boolean same(View a, View b) {
    return a.storage() == b.storage()
        && a.offset() == b.offset()
        && Arrays.equals(a.sizes(), b.sizes())
        && Arrays.equals(a.strides(), b.strides());
  }
}
