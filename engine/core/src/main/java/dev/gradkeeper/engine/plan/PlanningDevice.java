package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * A device that can record what is enqueued on it while it runs:
 *
 * <pre>{@code
 * Plan plan = device.capture(() -> loss(batch).backward());
 * plan.run();   // the same again, on what the batch holds now
 * }</pre>
 *
 * <p>What a recorded step may depend on is the contents of the tensors that it reads, mutable
 * parameters of kernels such as {@link dev.gradkeeper.engine.kernel.SgdStep}, and {@link
 * Device#host host tasks}; shapes, constants and which kernels run are those of the capture.
 * Kernels overwrite their outputs whole, so that a replay needs no cleared memory. Memory that a
 * captured step allocated belongs to its plan.
 *
 * <p>For one thread at a time.
 */
public final class PlanningDevice implements Device {
  private final Device device;
  private List<Runnable> recording;
  private final Kernels recorder;

  /** On top of {@code device}, whose memory and kernels it uses. */
  public PlanningDevice(Device device) {
    this.device = device;
    this.recorder = new RecordingKernels(device.kernels(), call -> recording.add(call));
  }

  /**
   * Runs a step and records it.
   *
   * @throws IllegalStateException if a capture is under way, or the step reads from the device: a
   *     replay could not repeat what was made of it
   */
  public Plan capture(Runnable step) {
    if (recording != null) {
      throw new IllegalStateException("capture: another capture is under way");
    }
    recording = new ArrayList<>();
    try {
      step.run();
      return new Plan(recording.toArray(Runnable[]::new));
    } finally {
      recording = null;
    }
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public Storage allocate(DType dtype, int length) {
    return device.allocate(dtype, length);
  }

  @Override
  public Kernels kernels() {
    return recording == null ? device.kernels() : recorder;
  }

  @Override
  public void host(Runnable task) {
    List<Runnable> current = recording;
    if (current != null) {
      current.add(task);
    }
    recording = null;
    try {
      device.host(task);
    } finally {
      recording = current;
    }
  }

  @Override
  public boolean isRecording() {
    return recording != null;
  }

  @Override
  public void write(Object array, int arrayOffset, Storage storage, int offset, int length) {
    device.write(array, arrayOffset, storage, offset, length);
  }

  @Override
  public void read(Storage storage, int offset, Object array, int arrayOffset, int length) {
    if (recording != null) {
      throw new IllegalStateException("capture: a step that is recorded must not read results");
    }
    device.read(storage, offset, array, arrayOffset, length);
  }
}
