package dev.gradkeeper.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What jobs hold is counted, limited, used again, and freed at the end whatever happened. */
class DeviceMemoryTest {
  private static final int MIB = 1 << 20;
  private static final long LIMIT = 16L * MIB;

  private final OpenClAccelerator device =
      TestDevices.first().with(TestDevices.first().tuning(), LIMIT, null);

  @Test
  void anEstimateThatDoesNotFitIsRefusedBeforeAnythingHappens() {
    try (AcceleratorSession other = device.open("job_a", 10L * MIB)) {
      assertThat(other.usage().memoryBytes()).isZero();
      assertThat(device.memoryInUse()).isEqualTo(10L * MIB);
      assertThatThrownBy(() -> device.open("job_b", 7L * MIB))
          .isInstanceOfSatisfying(
              AcceleratorException.class,
              e -> assertThat(e.code()).isEqualTo(Code.OUT_OF_DEVICE_MEMORY))
          .hasMessageContaining("job_b needs about 7 MiB, and 6 of 16 MiB are free")
          .hasMessageContaining("batch_size");
    }
    assertThat(device.memoryInUse()).isZero();
  }

  @Test
  void memoryIsZeroedAlsoWhereItWasUsedBefore() {
    try (AcceleratorSession session = device.open("job", 0)) {
      float[] read = new float[3];
      for (int i = 0; i < 50; i++) {
        Storage storage = session.allocate(DType.FLOAT32, 3 * MIB / 4);
        session.read(storage, 1000, read, 0, 3);
        assertThat(read).containsExactly(0, 0, 0);
        session.write(new float[] {1, 2, 3}, 0, storage, 1000, 3);
      }
      assertThat(session.usage().peakMemoryBytes()).isLessThanOrEqualTo(LIMIT);
    }
    assertThat(device.memoryInUse()).isZero();
  }

  @Test
  void theLimitHoldsForAllSessionsTogether() {
    try (AcceleratorSession first = device.open("job_a", 0);
        AcceleratorSession second = device.open("job_b", 0)) {
      List<Storage> kept = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        kept.add(first.allocate(DType.INT32, MIB / 4));
      }
      assertThatThrownBy(
              () -> {
                while (true) {
                  kept.add(second.allocate(DType.FLOAT32, MIB / 4));
                }
              })
          .isInstanceOf(AcceleratorException.class)
          .hasMessageContaining("job_b asks for 1024 KiB more and holds 4 MiB")
          .hasMessageContaining("16 MiB");
      assertThat(kept).hasSize(16);
      assertThat(device.memoryInUse()).isEqualTo(LIMIT);
    }
    assertThat(device.memoryInUse()).isZero();
  }

  @Test
  void aClosedSessionRefusesToWork() {
    AcceleratorSession session = device.open("job", 0);
    session.close();
    session.close();
    assertThatThrownBy(session::kernels).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sizesAreRoundedToFewClasses() {
    assertThat(DeviceMemory.sizeClass(0)).isEqualTo(512);
    assertThat(DeviceMemory.sizeClass(513)).isEqualTo(1024);
    assertThat(DeviceMemory.sizeClass(1024)).isEqualTo(1024);
    assertThat(DeviceMemory.sizeClass(MIB)).isEqualTo(MIB);
    assertThat(DeviceMemory.sizeClass(9L * MIB + 1)).isEqualTo(10L * MIB);
    assertThat(DeviceMemory.sizeClass(3_000_000_000L)).isBetween(3_000_000_000L, 3_375_000_000L);
  }
}
