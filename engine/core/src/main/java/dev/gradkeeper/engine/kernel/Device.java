package dev.gradkeeper.engine.kernel;

import java.util.function.Consumer;

/** Where tensors live and kernels run. */
public interface Device {
  /** {@code cpu}, {@code gpu:0}, … */
  String name();

  /** Zeroed memory for {@code length} elements. */
  Storage allocate(DType dtype, int length);

  /** The kernels of this device; they accept its own storages only. */
  Kernels kernels();

  /**
   * What {@code calls} enqueues, to be enqueued each time that the result is run, with what mutable
   * parameters such as {@link SgdStep} hold then. Nothing runs now; a device may prepare the calls
   * once.
   */
  default Runnable prepare(Consumer<Kernels> calls) {
    return () -> calls.accept(kernels());
  }

  /**
   * Copies {@code length} elements of a Java array ({@code float[]}, {@code double[]}, {@code
   * int[]} or {@code byte[]}, as the storage's dtype says) into the storage, after all kernels
   * enqueued so far.
   */
  void write(Object array, int arrayOffset, Storage storage, int offset, int length);

  /**
   * Runs a task of the host, in order with the kernels. A plan repeats it: draws that every step
   * makes anew belong in one.
   */
  default void host(Runnable task) {
    task.run();
  }

  /**
   * Whether kernels are being recorded for a plan. Then nothing can be read, and checks of values
   * are left out.
   */
  default boolean isRecording() {
    return false;
  }

  /**
   * Whether a kernel is done, on the thread that calls it, when the call returns. Then several
   * threads may run kernels at the same time, as long as none writes what another one uses.
   */
  default boolean runsOnCallingThread() {
    return false;
  }

  /** The reverse of {@link #write}: waits for all kernels enqueued so far. */
  void read(Storage storage, int offset, Object array, int arrayOffset, int length);

  /** {@link #read} of one element. */
  default double readScalar(Storage storage, int offset) {
    return switch (storage.dtype()) {
      case FLOAT32 -> readInto(new float[1], storage, offset)[0];
      case FLOAT64 -> readInto(new double[1], storage, offset)[0];
      case INT32 -> readInto(new int[1], storage, offset)[0];
      case UINT8 -> readInto(new byte[1], storage, offset)[0] & 0xFF;
    };
  }

  private <T> T readInto(T array, Storage storage, int offset) {
    read(storage, offset, array, 0, 1);
    return array;
  }
}
