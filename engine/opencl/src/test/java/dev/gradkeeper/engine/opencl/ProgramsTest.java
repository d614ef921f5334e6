package dev.gradkeeper.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels are built once for a driver and a source, and kept in a folder. */
class ProgramsTest {
  @TempDir Path folder;

  private OpenClAccelerator fresh() {
    OpenClAccelerator device = TestDevices.first();
    return device.with(device.tuning(), device.memoryLimit(), folder);
  }

  private static double square(OpenClAccelerator device) {
    try (OpenClSession session = device.open("test", 0, CommandQueue::new)) {
      View x = Views.of(DType.FLOAT32, 3);
      UploadingKernels.on(session).unary(Unary.SQUARE, x, x);
      return Views.get(x, 0);
    }
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void whatWasBuiltIsReadAgain() throws IOException {
    assertThat(square(fresh())).isEqualTo(9);
    List<Path> files = kept();
    assertThat(files).hasSize(1);
    assertThat(files.getFirst().getFileName().toString()).matches("[0-9a-f]{64}\\.bin");

    var before = Files.getLastModifiedTime(files.getFirst());
    assertThat(square(fresh())).isEqualTo(9);
    assertThat(kept()).isEqualTo(files);
    assertThat(Files.getLastModifiedTime(files.getFirst())).isEqualTo(before);
  }

  @Test
  void aFileThatTheDriverDoesNotTakeIsBuiltAgain() throws IOException {
    square(fresh());
    Path file = kept().getFirst();
    Files.writeString(file, "no kernels");
    assertThat(square(fresh())).isEqualTo(9);
    assertThat(Files.size(file)).isGreaterThan(1000);
  }

  @Test
  void aFolderThatCannotBeUsedCostsTimeAlone() throws IOException {
    OpenClAccelerator device = TestDevices.first();
    Path noFolder = Files.writeString(folder.resolve("file"), "");
    assertThat(square(device.with(device.tuning(), device.memoryLimit(), noFolder))).isEqualTo(9);
  }

  @Test
  void aSourceThatTheDriverRefusesIsSaidWithItsWords() {
    OpenClAccelerator device = fresh();
    try (OpenClSession session = device.open("test", 0, CommandQueue::new);
        Programs programs =
            session.programs(_ -> "kernel void broken(global float* x) { x[0] = undeclared; }")) {
      assertThatThrownBy(() -> programs.kernel("broken", "broken"))
          .isInstanceOfSatisfying(
              AcceleratorException.class,
              e -> assertThat(e.code()).isEqualTo(Code.KERNEL_BUILD_FAILED))
          .hasMessageContaining("refuses the kernels of broken")
          .hasMessageContaining("undeclared");
    }
  }
}
