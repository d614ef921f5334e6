package dev.gradkeeper.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lwjgl.opencl.CL10.CL_DEVICE_NOT_AVAILABLE;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import org.junit.jupiter.api.Test;
import org.lwjgl.PointerBuffer;

/**
 * A device that fails in the middle of a job takes neither the process nor other sessions along.
 */
class FaultsTest {
  /** Answers no more after some launches. */
  static final class Dying extends CommandQueue {
    private int left;

    Dying(long context, ClDevice device, int launches) {
      super(context, device);
      left = launches;
    }

    @Override
    int enqueue(long kernel, PointerBuffer range, PointerBuffer group, PointerBuffer done) {
      return left-- > 0 ? super.enqueue(kernel, range, group, done) : CL_DEVICE_NOT_AVAILABLE;
    }
  }

  @Test
  void aLostDeviceIsSaidAndItsMemoryFreed() {
    OpenClAccelerator device = TestDevices.first();
    long before = device.memoryInUse();
    try (OpenClSession session =
        device.open("job", 1 << 20, (context, d) -> new Dying(context, d, 2))) {
      View x = View.contiguous(session.allocate(DType.FLOAT32, 4), 0, 4);
      session.kernels().fill(x, 1);
      session.kernels().fill(x, 2);
      assertThatThrownBy(() -> session.kernels().fill(x, 3))
          .isInstanceOfSatisfying(
              AcceleratorException.class, e -> assertThat(e.code()).isEqualTo(Code.DEVICE_LOST))
          .hasMessageContaining("does not answer any more");
    }
    assertThat(device.memoryInUse()).isEqualTo(before);

    try (OpenClSession session = device.open("next", 0, CommandQueue::new)) {
      View x = View.contiguous(session.allocate(DType.FLOAT32, 4), 0, 4);
      session.kernels().fill(x, 3);
      float[] read = new float[4];
      session.read(x.storage(), 0, read, 0, 4);
      assertThat(read).containsOnly(3);
    }
  }
}
