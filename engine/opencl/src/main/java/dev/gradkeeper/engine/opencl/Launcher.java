package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.View;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hands out kernels and enqueues them. Outside of a recording the calls of a kernel share one
 * object, whose arguments each call sets; in a recording each launch gets an object of its own,
 * whose arguments stay.
 */
final class Launcher {
  private static final int FIRST_SCRATCH = 1 << 12;
  private static final Consumer<Launch> NOTHING = _ -> {};

  private final Programs programs;
  private final CommandQueue queue;
  private final DeviceMemory memory;
  private final Tuning tuning;
  private final Map<String, Long> shared = new HashMap<>();
  private final List<List<OpenClStorage>> scratch = new ArrayList<>();
  private final Map<IntBuffer, OpenClStorage> tables = new HashMap<>();
  private List<Runnable> recording;

  Launcher(Programs programs, CommandQueue queue, DeviceMemory memory, Tuning tuning) {
    this.programs = programs;
    this.queue = queue;
    this.memory = memory;
    this.tuning = tuning;
  }

  Tuning tuning() {
    return tuning;
  }

  /** The kernel {@code name} of a family's file. */
  Launch of(String family, String name) {
    return new Launch(
        name,
        recording != null
            ? programs.kernel(family, name)
            : shared.computeIfAbsent(name, _ -> programs.kernel(family, name)));
  }

  void submit(Launch launch) {
    submit(launch, NOTHING);
  }

  /**
   * @param mutable sets those arguments that may be others each time that a recording is run
   */
  void submit(Launch launch, Consumer<Launch> mutable) {
    if (recording == null) {
      mutable.accept(launch);
      queue.launch(launch);
    } else {
      recording.add(
          () -> {
            mutable.accept(launch);
            queue.launch(launch);
          });
    }
  }

  /**
   * Memory between two launches of one call; the next call may use it again, since launches run in
   * order.
   *
   * @param level of several that one call uses at once, from 0
   */
  OpenClStorage scratch(int level, int length) {
    while (scratch.size() <= level) {
      scratch.add(new ArrayList<>());
    }
    List<OpenClStorage> grown = scratch.get(level);
    if (grown.isEmpty() || grown.getLast().length() < length) {
      // earlier ones may be in recordings
      grown.add(memory.allocate(DType.FLOAT32, Math.max(length, FIRST_SCRATCH << grown.size())));
    }
    return grown.getLast();
  }

  /** Numbers that kernels read, on the device for as long as the session lives. */
  OpenClStorage table(int[] numbers) {
    return tables.computeIfAbsent(IntBuffer.wrap(numbers.clone()), this::upload);
  }

  private OpenClStorage upload(IntBuffer numbers) {
    OpenClStorage storage = memory.allocate(DType.INT32, numbers.remaining());
    queue
        .stage(Integer.BYTES * numbers.remaining())
        .order(ByteOrder.nativeOrder())
        .asIntBuffer()
        .put(numbers.duplicate());
    queue.write(storage.buffer(), 0);
    return storage;
  }

  /** What {@code calls} would launch, with arguments that are set once and for all. */
  Runnable record(Runnable calls) {
    recording = new ArrayList<>();
    try {
      calls.run();
      Runnable[] launches = recording.toArray(Runnable[]::new);
      return () -> {
        for (Runnable launch : launches) {
          launch.run();
        }
      };
    } finally {
      recording = null;
    }
  }

  /**
   * @throws IllegalArgumentException unless all are float32
   */
  static void requireFloat(View... views) {
    for (View view : views) {
      if (view.dtype() != DType.FLOAT32) {
        throw new IllegalArgumentException(
            "a GPU computes in FLOAT32 alone, not in %s: convert first, or use device cpu"
                .formatted(view.dtype()));
      }
    }
  }
}
