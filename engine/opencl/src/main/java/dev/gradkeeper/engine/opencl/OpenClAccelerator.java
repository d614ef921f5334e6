package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.CL_DEVICE_MAX_WORK_GROUP_SIZE;

import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorInfo;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorOptions;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/**
 * A device of an OpenCL platform. Each session has a context of its own, so that one that fails
 * takes no other with it.
 */
final class OpenClAccelerator implements Accelerator {
  private final ClDevice device;
  private final AcceleratorInfo info;
  private final Tuning tuning;
  private final Binaries binaries;
  private final long limit;
  private final LongAdder busy = new LongAdder();
  private long inUse;

  OpenClAccelerator(ClDevice device, AcceleratorInfo info, AcceleratorOptions options) {
    this(
        device,
        info,
        Tuning.of(info.type()).within(device.number(CL_DEVICE_MAX_WORK_GROUP_SIZE)),
        (long) (info.memoryBytes() * options.memoryShare()),
        options.cache());
  }

  OpenClAccelerator(
      ClDevice device, AcceleratorInfo info, Tuning tuning, long limit, Path cacheFolder) {
    this.device = device;
    this.info = info;
    this.tuning = tuning;
    this.limit = limit;
    this.binaries = new Binaries(device, tuning, cacheFolder);
  }

  /** The same device, cut and limited in another way. */
  OpenClAccelerator with(Tuning otherTuning, long otherLimit, Path cacheFolder) {
    return new OpenClAccelerator(device, info, otherTuning, otherLimit, cacheFolder);
  }

  @Override
  public AcceleratorInfo info() {
    return info;
  }

  @Override
  public synchronized long memoryInUse() {
    return inUse;
  }

  @Override
  public long busyNanos() {
    return busy.sum();
  }

  void addBusyNanos(long nanos) {
    busy.add(nanos);
  }

  @Override
  public long memoryLimit() {
    return limit;
  }

  @Override
  public AcceleratorSession open(String owner, long estimatedBytes) {
    return open(owner, estimatedBytes, CommandQueue::new);
  }

  OpenClSession open(String owner, long estimatedBytes, CommandQueue.Factory queues) {
    if (!take(estimatedBytes)) {
      throw new AcceleratorException(
          Code.OUT_OF_DEVICE_MEMORY,
          ("%s: %s needs about %d MiB, and %d of %d MiB are free. A smaller batch_size or model"
                  + " needs less; or submit it with device cpu")
              .formatted(
                  info.name(),
                  owner,
                  estimatedBytes >> 20,
                  Math.max(0, limit - memoryInUse()) >> 20,
                  limit >> 20));
    }
    boolean opened = false;
    try {
      OpenClSession session = new OpenClSession(this, owner, estimatedBytes, queues);
      opened = true;
      return session;
    } finally {
      if (!opened) {
        giveBack(estimatedBytes);
      }
    }
  }

  ClDevice device() {
    return device;
  }

  Tuning tuning() {
    return tuning;
  }

  Binaries binaries() {
    return binaries;
  }

  /** Whether {@code bytes} more fitted, and are now counted. */
  synchronized boolean take(long bytes) {
    if (bytes > limit - inUse) {
      return false;
    }
    inUse += bytes;
    return true;
  }

  synchronized void giveBack(long bytes) {
    inUse -= bytes;
  }
}
