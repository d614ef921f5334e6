package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.lwjgl.system.MemoryStack;

/**
 * The memory of one session. Buffers whose tensors the garbage collector has found unreachable are
 * used again for others of their size; commands run in order, so the next user waits for the last.
 * Where the device's limit is reached the collector is asked to look, as the JDK does for direct
 * buffers. Closing frees everything.
 */
final class DeviceMemory implements AutoCloseable {
  private static final int SMALL = 512;
  private static final int LARGE = 1 << 20;
  private static final long[] COLLECTOR_PATIENCE_MILLIS = {10, 40, 160, 640};

  private final OpenClAccelerator accelerator;
  private final String owner;
  private final long context;
  private final long reserved;
  private final ReferenceQueue<OpenClStorage> unreachable = new ReferenceQueue<>();
  private final Set<Block> live = new HashSet<>();
  private final TreeMap<Long, ArrayDeque<Long>> free = new TreeMap<>();
  private long held;
  private long peak;

  private static final class Block extends PhantomReference<OpenClStorage> {
    final long buffer;
    final long bytes;

    Block(OpenClStorage storage, long bytes, ReferenceQueue<OpenClStorage> queue) {
      super(storage, queue);
      this.buffer = storage.buffer();
      this.bytes = bytes;
    }
  }

  DeviceMemory(OpenClAccelerator accelerator, String owner, long context, long reserved) {
    this.accelerator = accelerator;
    this.owner = owner;
    this.context = context;
    this.reserved = reserved;
  }

  /** Memory with whatever was in it. */
  OpenClStorage allocate(DType dtype, int length) {
    long bytes = sizeClass((long) length * dtype.bytes());
    reclaim();
    OpenClStorage storage = new OpenClStorage(dtype, length, buffer(bytes));
    live.add(new Block(storage, bytes, unreachable));
    return storage;
  }

  /** Few classes, so that buffers are found again: at most an eighth more than asked for. */
  static long sizeClass(long bytes) {
    if (bytes <= LARGE) {
      return Math.max(SMALL, Long.highestOneBit(Math.max(1, bytes - 1)) << 1);
    }
    long step = Long.highestOneBit(bytes) >> 3;
    return Math.ceilDiv(bytes, step) * step;
  }

  private long buffer(long bytes) {
    ArrayDeque<Long> same = free.get(bytes);
    if (same != null && !same.isEmpty()) {
      return same.pop();
    }
    if (!hold(bytes)) {
      collect(bytes);
      same = free.get(bytes);
      if (same != null && !same.isEmpty()) {
        return same.pop();
      }
      releaseFree();
      if (!hold(bytes)) {
        throw new AcceleratorException(
            Code.OUT_OF_DEVICE_MEMORY,
            ("%s: %s asks for %d KiB more and holds %d MiB; the limit of %d MiB for all jobs on"
                    + " this device is reached. A smaller batch_size or model needs less")
                .formatted(
                    accelerator.info().name(),
                    owner,
                    bytes >> 10,
                    held >> 20,
                    accelerator.memoryLimit() >> 20));
      }
    }
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, status);
      if (status.get(0) != CL_SUCCESS) {
        drop(bytes);
        throw Status.failure(
            status.get(0),
            "%s: %s asks for %d bytes".formatted(accelerator.info().name(), owner, bytes));
      }
      return buffer;
    }
  }

  /** Counts bytes that the reservation does not cover with the device. */
  private boolean hold(long bytes) {
    long beyond = Math.max(0, held + bytes - reserved) - Math.max(0, held - reserved);
    if (!accelerator.take(beyond)) {
      return false;
    }
    held += bytes;
    peak = Math.max(peak, held);
    return true;
  }

  private void drop(long bytes) {
    long beyond = Math.max(0, held - reserved) - Math.max(0, held - bytes - reserved);
    accelerator.giveBack(beyond);
    held -= bytes;
  }

  private void reclaim() {
    for (Reference<?> dead = unreachable.poll(); dead != null; dead = unreachable.poll()) {
      reuse((Block) dead);
    }
  }

  private void reuse(Block block) {
    live.remove(block);
    free.computeIfAbsent(block.bytes, _ -> new ArrayDeque<>()).push(block.buffer);
  }

  /** Until there is a free buffer of this size, or room for one; or the collector finds no more. */
  private void collect(long bytes) {
    for (long patience : COLLECTOR_PATIENCE_MILLIS) {
      System.gc();
      try {
        Reference<?> dead = unreachable.remove(patience);
        if (dead != null) {
          reuse((Block) dead);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      reclaim();
      if (freeBytes() >= bytes) {
        return;
      }
    }
  }

  private long freeBytes() {
    long sum = 0;
    for (var entry : free.entrySet()) {
      sum += entry.getKey() * entry.getValue().size();
    }
    return sum;
  }

  private void releaseFree() {
    free.forEach(
        (bytes, buffers) ->
            buffers.forEach(
                buffer -> {
                  clReleaseMemObject(buffer);
                  drop(bytes);
                }));
    free.clear();
  }

  long held() {
    return held;
  }

  long peak() {
    return peak;
  }

  @Override
  public void close() {
    for (Block block : live) {
      block.clear();
      clReleaseMemObject(block.buffer);
      drop(block.bytes);
    }
    live.clear();
    // those in the queue are in `live`, too, until they are reclaimed
    releaseFree();
    accelerator.giveBack(reserved);
  }
}
