package dev.gradkeeper.engine.kernel.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

/** A machine without a driver is a machine without a GPU, and says so once. */
class AcceleratorsTest {
  private static final AcceleratorOptions OPTIONS = AcceleratorOptions.defaults();
  private final List<String> log = new ArrayList<>();

  private final System.Logger logger =
      new System.Logger() {
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
          throw new AssertionError(message, thrown);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... values) {
          log.add(level + " " + MessageFormat.format(format, values));
        }
      };

  @Test
  void aMissingDriverIsOneLine() {
    AcceleratorProvider without =
        _ -> {
          throw new AcceleratorException(Code.NO_DRIVER, "no OpenCL library is installed");
        };
    assertThat(Accelerators.find(List.of(without), OPTIONS, logger)).isEmpty();
    assertThat(log).containsExactly("INFO No GPU: no OpenCL library is installed");
  }

  @Test
  void theOthersStillCount() {
    AcceleratorProvider broken =
        _ -> {
          throw new AcceleratorException(Code.DEVICE_FAILED, "status -30");
        };
    Accelerator device = new NoAccelerator();
    assertThat(Accelerators.find(List.of(broken, _ -> List.of(device)), OPTIONS, logger))
        .containsExactly(device);
  }

  @Test
  void aShareIsAShare() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AcceleratorOptions(false, 1.5, null))
        .withMessageContaining("(0, 1], is 1.5");
  }

  private static final class NoAccelerator implements Accelerator {
    @Override
    public AcceleratorInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long memoryInUse() {
      return 0;
    }

    @Override
    public long busyNanos() {
      return 0;
    }

    @Override
    public long memoryLimit() {
      return 0;
    }

    @Override
    public AcceleratorSession open(String owner, long estimatedBytes) {
      throw new UnsupportedOperationException();
    }
  }
}
