package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;
import static org.lwjgl.system.MemoryUtil.NULL;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorUsage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;

/** One job's context, queue, programs and memory on a device. */
final class OpenClSession implements AcceleratorSession {
  private final OpenClAccelerator accelerator;
  private final long context;
  private final CommandQueue queue;
  private final Programs programs;
  private final DeviceMemory memory;
  private final Launcher launcher;
  private final OpenClKernels kernels;
  private boolean closed;

  OpenClSession(
      OpenClAccelerator accelerator, String owner, long reserved, CommandQueue.Factory queues) {
    this.accelerator = accelerator;
    this.context = context(accelerator.device());
    try {
      this.queue = queues.create(context, accelerator.device());
    } catch (RuntimeException e) {
      clReleaseContext(context);
      throw e;
    }
    this.programs = programs(Binaries::source);
    this.memory = new DeviceMemory(accelerator, owner, context, reserved);
    this.launcher = new Launcher(programs, queue, memory, accelerator.tuning());
    this.kernels = new OpenClKernels(launcher);
  }

  private static long context(ClDevice device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer properties = stack.pointers(CL_CONTEXT_PLATFORM, device.platform(), 0);
      IntBuffer status = stack.mallocInt(1);
      long context = clCreateContext(properties, device.id(), null, NULL, status);
      Status.check(status.get(0), "clCreateContext on " + device.text(CL_DEVICE_NAME));
      return context;
    }
  }

  /** Programs of this session's context. */
  Programs programs(UnaryOperator<String> sources) {
    return new Programs(accelerator.device(), accelerator.binaries(), context, sources);
  }

  @Override
  public String name() {
    return accelerator.info().name();
  }

  /**
   * @throws IllegalArgumentException for float64, which a GPU's kernels do not have
   */
  @Override
  public Storage allocate(DType dtype, int length) {
    requireOpen();
    if (dtype == DType.FLOAT64) {
      throw new IllegalArgumentException(
          name() + ": a GPU computes in FLOAT32 alone; FLOAT64 needs device cpu");
    }
    OpenClStorage storage = memory.allocate(dtype, length);
    queue.clear(storage.buffer(), Math.ceilDiv((long) length * dtype.bytes(), 4) * 4);
    return storage;
  }

  @Override
  public Kernels kernels() {
    requireOpen();
    return kernels;
  }

  /** Launches whose arguments are set; those of optimizers are set anew for each run. */
  @Override
  public Runnable prepare(Consumer<Kernels> calls) {
    requireOpen();
    Runnable launches = launcher.record(() -> calls.accept(kernels));
    return () -> {
      requireOpen();
      launches.run();
    };
  }

  @Override
  public void write(Object array, int arrayOffset, Storage storage, int offset, int length) {
    requireOpen();
    if (length == 0) {
      return;
    }
    int size = storage.dtype().bytes();
    ByteBuffer staged =
        queue.stage(Math.multiplyExact(length, size)).order(ByteOrder.nativeOrder());
    switch (array) {
      case float[] floats -> staged.asFloatBuffer().put(floats, arrayOffset, length);
      case int[] ints -> staged.asIntBuffer().put(ints, arrayOffset, length);
      case byte[] bytes -> staged.put(0, bytes, arrayOffset, length);
      default -> throw noSuchArray(array);
    }
    queue.write(((OpenClStorage) storage).buffer(), (long) offset * size);
  }

  @Override
  public void read(Storage storage, int offset, Object array, int arrayOffset, int length) {
    requireOpen();
    if (length == 0) {
      return;
    }
    int size = storage.dtype().bytes();
    long busyBefore = queue.busyNanos();
    ByteBuffer read =
        queue
            .read(
                ((OpenClStorage) storage).buffer(),
                (long) offset * size,
                Math.multiplyExact(length, size))
            .order(ByteOrder.nativeOrder());
    accelerator.addBusyNanos(queue.busyNanos() - busyBefore);
    switch (array) {
      case float[] floats -> read.asFloatBuffer().get(floats, arrayOffset, length);
      case int[] ints -> read.asIntBuffer().get(ints, arrayOffset, length);
      case byte[] bytes -> read.get(0, bytes, arrayOffset, length);
      default -> throw noSuchArray(array);
    }
  }

  private static IllegalArgumentException noSuchArray(Object array) {
    return new IllegalArgumentException(
        "a GPU's memory holds float[], int[] or byte[], not " + array.getClass().getSimpleName());
  }

  @Override
  public AcceleratorUsage usage() {
    return new AcceleratorUsage(
        memory.held(),
        memory.peak(),
        queue.launches(),
        queue.bytesWritten(),
        queue.bytesRead(),
        queue.busyNanos());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(name() + ": the session is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    queue.close();
    memory.close();
    programs.close();
    clReleaseContext(context);
  }
}
