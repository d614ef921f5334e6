package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorOptions;
import dev.gradkeeper.engine.kernel.accelerator.Accelerators;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The OpenCL device that the tests run on: a GPU where there is one, else PoCL. */
public final class TestDevices {
  private static final List<Accelerator> FOUND =
      Accelerators.find(AcceleratorOptions.defaults().withAllowCpu(true));

  private TestDevices() {}

  /** Skips the test where there is none, unless GRADKEEPER_TEST_ALL=1. */
  public static OpenClAccelerator first() {
    if (FOUND.isEmpty() && !"1".equals(System.getenv("GRADKEEPER_TEST_ALL"))) {
      Assumptions.abort("no OpenCL driver: install pocl-opencl-icd");
    }
    return (OpenClAccelerator) FOUND.getFirst();
  }

  /** The same device with the work cut as for a GPU, so that the tiled kernels run. */
  static OpenClAccelerator tiled() {
    OpenClAccelerator device = first();
    return device.with(new Tuning(64, 32, 8, 16, 64), device.memoryLimit(), null);
  }
}
