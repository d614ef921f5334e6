package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A device that can record what is enqueued on it while it runs:
 *
 * <pre>{@code
 * Plan plan = device.capture(() -> {
 *   Tensor loss = loss(batch);
 *   loss.backward();
 *   return List.of(loss.view());
 * });
 * plan.run();   // the same again, on what the batch holds now
 * }</pre>
 *
 * <p>What a recorded step may depend on is the contents of the tensors that it reads, mutable
 * parameters of kernels such as {@link dev.gradkeeper.engine.kernel.SgdStep}, and {@link
 * Device#host host tasks}; shapes, constants and which kernels run are those of the capture.
 * Kernels overwrite their outputs whole, so that a replay needs no cleared memory.
 *
 * <p>Memory that a captured step allocates, and that neither the caller keeps nor a host task
 * touches, belongs to the plan: it is laid out in an {@link Arena}, which the plans of a lane
 * share, and results that only the next kernel reads may never be written at all.
 *
 * <p>For one thread at a time, except the plans of different lanes.
 */
public final class PlanningDevice implements Device {
  private final Device device;
  private final Kernels recorder;
  private final List<Map<DType, Storage>> arenas = new ArrayList<>();
  private List<KernelCall> recording;

  /** What the step under capture has allocated so far and no host task has touched; else null. */
  private Set<Storage> temporaries;

  /** On top of {@code device}, whose memory and kernels it uses. */
  public PlanningDevice(Device device) {
    this.device = device;
    this.recorder = new RecordingKernels(device.kernels(), call -> recording.add(call));
  }

  /**
   * Runs a step and records it.
   *
   * @param step gives the views that are used outside of the plan; those of memory that was there
   *     before need not be among them
   * @throws IllegalStateException if a capture is under way, or the step reads from the device: a
   *     replay could not repeat what was made of it
   */
  public Plan capture(Supplier<List<View>> step) {
    return capture(0, step);
  }

  /**
   * As {@link #capture(Supplier)}, in one of several lanes: plans of different lanes share no
   * memory and may run at the same time, if the device {@link Device#runsOnCallingThread can do
   * that}.
   */
  public Plan capture(int lane, Supplier<List<View>> step) {
    if (recording != null) {
      throw new IllegalStateException("capture: another capture is under way");
    }
    recording = new ArrayList<>();
    temporaries = Collections.newSetFromMap(new IdentityHashMap<>());
    try {
      for (View kept : step.get()) {
        temporaries.remove(kept.storage());
      }
      return new Plan(device, planned(lane, new Trace(recording, temporaries)));
    } finally {
      recording = null;
      temporaries = null;
    }
  }

  private List<KernelCall> planned(int lane, Trace trace) {
    Constants.fold(trace, view -> device.readScalar(view.storage(), view.offset()));
    StraightWrites.apply(trace);
    ConvFusion.apply(trace);
    LinearFusion.apply(trace);
    LossFusion.apply(trace);
    NormFusion.apply(trace);
    ChainFusion.apply(trace);
    return Arena.place(trace, (dtype, length) -> arena(lane, dtype, length));
  }

  private Storage arena(int lane, DType dtype, int length) {
    while (arenas.size() <= lane) {
      arenas.add(new EnumMap<>(DType.class));
    }
    Storage arena = arenas.get(lane).get(dtype);
    if (arena == null || arena.length() < length) {
      arena = device.allocate(dtype, length);
      arenas.get(lane).put(dtype, arena);
    }
    return arena;
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public Storage allocate(DType dtype, int length) {
    Storage storage = device.allocate(dtype, length);
    if (recording != null) {
      temporaries.add(storage);
    }
    return storage;
  }

  @Override
  public Kernels kernels() {
    return recording == null ? device.kernels() : recorder;
  }

  @Override
  public void host(Runnable task) {
    List<KernelCall> current = recording;
    if (current != null) {
      current.add(new KernelCall.Host(task));
    }
    recording = null;
    try {
      device.host(task);
    } finally {
      recording = current;
    }
  }

  @Override
  public boolean runsOnCallingThread() {
    return device.runsOnCallingThread();
  }

  @Override
  public boolean isRecording() {
    return recording != null;
  }

  @Override
  public void write(Object array, int arrayOffset, Storage storage, int offset, int length) {
    keep(storage);
    device.write(array, arrayOffset, storage, offset, length);
  }

  @Override
  public void read(Storage storage, int offset, Object array, int arrayOffset, int length) {
    requireReadable(storage);
    device.read(storage, offset, array, arrayOffset, length);
  }

  @Override
  public double readScalar(Storage storage, int offset) {
    requireReadable(storage);
    return device.readScalar(storage, offset);
  }

  private void requireReadable(Storage storage) {
    if (recording != null) {
      throw new IllegalStateException("capture: a step that is recorded must not read results");
    }
    keep(storage);
  }

  private void keep(Storage storage) {
    if (temporaries != null) {
      temporaries.remove(storage);
    }
  }
}
