package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.plan.Access.Mode;
import dev.gradkeeper.engine.plan.Trace.Use;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Lays the temporary memory of a step out in one storage a dtype: two blocks share elements if no
 * call lies between the first and the last use of both. The largest are placed first, each as low
 * as it fits.
 */
final class Arena {
  /** Blocks begin at multiples of a cache line. */
  private static final int ALIGNMENT = 64;

  /** Memory with its first and last use. */
  private record Block(Storage storage, int first, int last) {
    boolean meets(Block other) {
      return first <= other.last && other.first <= last;
    }
  }

  private record Placed(Block block, int offset) {
    int end() {
      return offset + block.storage().length();
    }
  }

  private final Map<Storage, Placed> places = new IdentityHashMap<>();
  private final Map<DType, Integer> lengths = new EnumMap<>(DType.class);

  private Arena() {}

  /** The calls on memory that {@code allocate} gives, once for each dtype. */
  static List<KernelCall> place(Trace trace, BiFunction<DType, Integer, Storage> allocate) {
    Arena arena = new Arena();
    List<Block> blocks = blocks(trace);
    for (DType dtype : DType.values()) {
      arena.lay(
          blocks.stream()
              .filter(block -> block.storage().dtype() == dtype)
              .sorted(Comparator.comparingInt(block -> -block.storage().length()))
              .toList(),
          dtype);
    }
    Map<DType, Storage> storages = new EnumMap<>(DType.class);
    arena.lengths.forEach((dtype, length) -> storages.put(dtype, allocate.apply(dtype, length)));
    return trace.calls().stream()
        .map(call -> call.map((v, _) -> arena.moved(v, storages)))
        .toList();
  }

  private static List<Block> blocks(Trace trace) {
    List<Block> blocks = new ArrayList<>();
    Set<Storage> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (KernelCall call : trace.calls()) {
      call.map(
          (view, _) -> {
            if (trace.isTemporary(view) && seen.add(view.storage())) {
              List<Use> uses = trace.uses(view.storage());
              if (beginsOverwritten(uses.getFirst())) {
                blocks.add(
                    new Block(view.storage(), uses.getFirst().call(), uses.getLast().call()));
              }
            }
            return view;
          });
    }
    return blocks;
  }

  /** Else the step counts on what its own memory held before: it stays where it is. */
  private static boolean beginsOverwritten(Use first) {
    return first.mode() == Mode.SCRATCH
        || first.mode() == Mode.WRITE && first.view().count() == first.view().storage().length();
  }

  private void lay(List<Block> blocks, DType dtype) {
    List<Placed> placed = new ArrayList<>();
    int alignment = ALIGNMENT / dtype.bytes();
    int length = 0;
    for (Block block : blocks) {
      int offset = 0;
      for (Placed other : placed) {
        boolean collides =
            block.meets(other.block())
                && offset < other.end()
                && other.offset() < offset + block.storage().length();
        if (collides) {
          offset = Math.ceilDiv(other.end(), alignment) * alignment;
        }
      }
      Placed place = new Placed(block, offset);
      placed.add(place);
      placed.sort(Comparator.comparingInt(Placed::offset));
      places.put(block.storage(), place);
      length = Math.max(length, place.end());
    }
    if (!blocks.isEmpty()) {
      lengths.put(dtype, length);
    }
  }

  private View moved(View view, Map<DType, Storage> storages) {
    Placed place = places.get(view.storage());
    return place == null
        ? view
        : new View(
            storages.get(view.dtype()),
            place.offset() + view.offset(),
            view.sizes(),
            view.strides());
  }
}
