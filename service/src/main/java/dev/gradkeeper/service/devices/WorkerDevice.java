package dev.gradkeeper.service.devices;

import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorInfo;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import java.util.Locale;

/**
 * A device of a worker.
 *
 * @param name {@code cpu}, or {@code gpu:} and a number
 * @param type of its hardware: {@code cpu}, {@code gpu} or {@code accelerator}
 * @param memoryBytes all that it has
 * @param limitBytes what jobs may use of that together
 */
public record WorkerDevice(
    String name, String type, String model, String driver, long memoryBytes, long limitBytes) {

  /** The processor of this process. */
  public static WorkerDevice cpu(long limitBytes) {
    Runtime runtime = Runtime.getRuntime();
    return new WorkerDevice(
        "cpu",
        "cpu",
        "%d processors, %s".formatted(runtime.availableProcessors(), System.getProperty("os.arch")),
        "kernels: " + CpuDevice.get().kernels(),
        runtime.maxMemory(),
        limitBytes);
  }

  static WorkerDevice of(Accelerator gpu) {
    AcceleratorInfo info = gpu.info();
    return new WorkerDevice(
        info.name(),
        info.type().name().toLowerCase(Locale.ROOT),
        info.model(),
        info.driver(),
        info.memoryBytes(),
        gpu.memoryLimit());
  }
}
