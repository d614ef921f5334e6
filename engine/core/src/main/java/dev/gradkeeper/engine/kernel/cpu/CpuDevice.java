package dev.gradkeeper.engine.kernel.cpu;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/**
 * The CPU: storages are Java arrays, kernels run at once on the calling thread. Its kernels hold no
 * state of a call, so any number of threads may use them on storages of their own.
 *
 * <p>{@link #get} gives the device of this process, whose kernels {@link KernelChoice} picked.
 */
public final class CpuDevice implements Device {
  private static final class Holder {
    static final CpuDevice INSTANCE = new CpuDevice(KernelChoice.kernels());
  }

  private final Kernels kernels;

  /** A CPU device with kernels of one's own choice. */
  public CpuDevice(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * The CPU with the fastest kernels that this JVM can run.
   *
   * @throws IllegalStateException if {@code gradkeeper.engine.kernels} forces kernels that cannot
   *     run here
   */
  public static CpuDevice get() {
    return Holder.INSTANCE;
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Storage allocate(DType dtype, int length) {
    return HeapStorage.allocate(dtype, length);
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public void write(Object array, int arrayOffset, Storage storage, int offset, int length) {
    System.arraycopy(array, arrayOffset, ((HeapStorage) storage).array(), offset, length);
  }

  @Override
  public void read(Storage storage, int offset, Object array, int arrayOffset, int length) {
    System.arraycopy(((HeapStorage) storage).array(), offset, array, arrayOffset, length);
  }

  @Override
  public double readScalar(Storage storage, int offset) {
    return ((HeapStorage) storage).get(offset);
  }

  @Override
  public boolean runsOnCallingThread() {
    return true;
  }
}
