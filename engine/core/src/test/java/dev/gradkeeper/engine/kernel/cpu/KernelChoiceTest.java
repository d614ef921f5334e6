package dev.gradkeeper.engine.kernel.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
  private final Log log = new Log();

  @Test
  void vectorWhereTheModuleIs() {
    assertThat(KernelChoice.kernels("", true, log).toString()).startsWith("vector, ");
    assertThat(log.lines)
        .singleElement()
        .asString()
        .matches("INFO CPU kernels: vector, \\d+ bits \\(the Vector API is present\\)");
  }

  @Test
  void scalarWithOneWarningWhereItIsNot() {
    assertThat(KernelChoice.kernels("", false, log)).hasToString("scalar");
    assertThat(log.lines)
        .singleElement()
        .asString()
        .startsWith("WARNING CPU kernels: scalar (the module jdk.incubator.vector is absent")
        .contains("--add-modules jdk.incubator.vector");
  }

  @Test
  void aPropertyForcesOne() {
    assertThat(KernelChoice.kernels("scalar", true, log)).hasToString("scalar");
    assertThat(KernelChoice.kernels("vector", true, log).toString()).startsWith("vector");
    assertThat(log.lines)
        .hasSize(2)
        .allMatch(line -> line.startsWith("INFO"))
        .allMatch(line -> line.contains("gradkeeper.engine.kernels="));
  }

  @Test
  void whatCannotBeIsAnError() {
    assertThatThrownBy(() -> KernelChoice.kernels("vector", false, log))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("--add-modules jdk.incubator.vector");
    assertThatThrownBy(() -> KernelChoice.kernels("fast", true, log))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("gradkeeper.engine.kernels=fast: must be vector or scalar");
  }

  @Test
  void theDeviceReadsBackWhatWasWritten() {
    CpuDevice cpu = CpuDevice.get();
    assertThat(cpu.name()).isEqualTo("cpu");
    Object[][] arrays = {
      {DType.FLOAT32, new float[] {1, 2, 3}, new float[3]},
      {DType.FLOAT64, new double[] {1, 2, 3}, new double[3]},
      {DType.INT32, new int[] {1, 2, 3}, new int[3]},
      {DType.UINT8, new byte[] {1, 2, -1}, new byte[3]}
    };
    for (Object[] of : arrays) {
      Storage storage = cpu.allocate((DType) of[0], 5);
      assertThat(storage.length()).isEqualTo(5);
      cpu.write(of[1], 0, storage, 2, 3);
      cpu.read(storage, 2, of[2], 0, 3);
      assertThat(of[2]).isEqualTo(of[1]);
    }
  }

  private static final class Log implements System.Logger {
    final List<String> lines = new ArrayList<>();

    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      lines.add(level + " " + message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      lines.add(level + " " + java.text.MessageFormat.format(format, parameters));
    }
  }
}
