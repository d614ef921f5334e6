package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;
import static org.lwjgl.opencl.CL12.nclEnqueueFillBuffer;
import static org.lwjgl.system.MemoryUtil.NULL;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/**
 * The commands of one session, which run in order. What goes to or from the device passes through a
 * buffer of native memory.
 */
class CommandQueue implements AutoCloseable {
  /** Makes the queue of a session. */
  interface Factory {
    CommandQueue create(long context, ClDevice device);
  }

  /** Whether the time of every kernel is taken, and logged when the session is closed. */
  static final String PROFILE = "gradkeeper.engine.gpu.profile";

  private static final int FIRST_STAGING = 1 << 16;

  private final long queue;
  private final String name;
  private final PointerBuffer range = MemoryUtil.memAllocPointer(3);
  private final PointerBuffer group = MemoryUtil.memAllocPointer(3);
  private final PointerBuffer event = MemoryUtil.memAllocPointer(1);
  private final LaunchTimes times = Boolean.getBoolean(PROFILE) ? new LaunchTimes() : null;
  private ByteBuffer staging = MemoryUtil.memAlloc(FIRST_STAGING);
  private long writing = NULL;
  private long first = NULL;

  private long launches;
  private long bytesWritten;
  private long bytesRead;
  private long busyNanos;

  CommandQueue(long context, ClDevice device) {
    name = device.text(CL_DEVICE_NAME);
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      queue = clCreateCommandQueue(context, device.id(), CL_QUEUE_PROFILING_ENABLE, status);
      Status.check(status.get(0), "clCreateCommandQueue on " + name);
    }
  }

  /** Enqueues a kernel whose arguments are set. */
  final void launch(Launch launch) {
    launch.sizes(range, group);
    launches++;
    boolean wanted = first == NULL || times != null;
    check(enqueue(launch.kernel(), range, group, wanted ? event : null), launch.name());
    if (first == NULL) {
      first = event.get(0);
      if (times != null) {
        Status.check(clRetainEvent(first), "clRetainEvent");
      }
    }
    if (times != null) {
      times.add(launch.name(), event.get(0));
    }
  }

  /** The driver's own call; a test puts a failing device in its place. */
  int enqueue(long kernel, PointerBuffer ranges, PointerBuffer groups, PointerBuffer done) {
    return clEnqueueNDRangeKernel(queue, kernel, 3, null, ranges, groups, null, done);
  }

  /** Sets bytes to 0. */
  final void clear(long buffer, long bytes) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      ByteBuffer zero = stack.calloc(Integer.BYTES);
      long address = MemoryUtil.memAddress(zero);
      check(
          nclEnqueueFillBuffer(queue, buffer, address, Integer.BYTES, 0, bytes, 0, NULL, NULL),
          "clear");
    }
  }

  /** Room for {@code bytes}, to be filled for {@link #write}; the last write has been made. */
  final ByteBuffer stage(int bytes) {
    awaitWrite();
    if (staging.capacity() < bytes) {
      MemoryUtil.memFree(staging);
      staging = MemoryUtil.memAlloc(bytes);
    }
    return staging.clear().limit(bytes);
  }

  /** Enqueues the copy of what is staged. */
  final void write(long buffer, long offset) {
    int bytes = staging.limit();
    bytesWritten += bytes;
    check(
        clEnqueueWriteBuffer(queue, buffer, false, offset, staging.position(0), null, event),
        "write");
    writing = event.get(0);
    if (first == NULL) {
      Status.check(clRetainEvent(writing), "clRetainEvent");
      first = writing;
    }
  }

  /** Waits for all commands so far and reads; valid until the next command. */
  final ByteBuffer read(long buffer, long offset, int bytes) {
    ByteBuffer to = stage(bytes);
    bytesRead += bytes;
    check(clEnqueueReadBuffer(queue, buffer, true, offset, to, null, event), "read");
    long read = event.get(0);
    if (first != NULL) {
      busyNanos +=
          LaunchTimes.time(read, CL_PROFILING_COMMAND_END)
              - LaunchTimes.time(first, CL_PROFILING_COMMAND_START);
      clReleaseEvent(first);
      first = NULL;
    }
    clReleaseEvent(read);
    if (times != null) {
      times.collect();
    }
    return to;
  }

  final void finish() {
    check(clFinish(queue), "finish");
  }

  private void awaitWrite() {
    if (writing != NULL) {
      long awaited = writing;
      writing = NULL;
      int status = clWaitForEvents(awaited);
      clReleaseEvent(awaited);
      check(status, "write");
    }
  }

  private void check(int status, String call) {
    if (status != CL_SUCCESS) {
      throw Status.failure(status, name + ", " + call);
    }
  }

  final long launches() {
    return launches;
  }

  final long bytesWritten() {
    return bytesWritten;
  }

  final long bytesRead() {
    return bytesRead;
  }

  final long busyNanos() {
    return busyNanos;
  }

  /** Waits for what runs, if the device still answers, and frees the queue. */
  @Override
  public final void close() {
    clFinish(queue);
    if (times != null) {
      times.collect();
      System.getLogger("dev.gradkeeper.engine").log(Level.INFO, "{0}: {1}", name, times);
    }
    for (long open : new long[] {writing, first}) {
      if (open != NULL) {
        clReleaseEvent(open);
      }
    }
    clReleaseCommandQueue(queue);
    MemoryUtil.memFree(staging);
    MemoryUtil.memFree(range);
    MemoryUtil.memFree(group);
    MemoryUtil.memFree(event);
  }
}
