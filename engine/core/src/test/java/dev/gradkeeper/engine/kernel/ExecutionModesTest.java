package dev.gradkeeper.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.kernel.KernelCases.Case;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The interpreter, C1 and C2 give the same bits: a resumed job must not depend on warmth. */
class ExecutionModesTest {

  /** Prints the CRC-32 of each case's bits, after it ran as often as the argument says. */
  static final class Fingerprints {
    public static void main(String[] args) {
      Kernels kernels = CpuDevice.get().kernels();
      for (Case kernel : some()) {
        View[] out = {};
        for (int i = 0; i < Integer.parseInt(args[0]); i++) {
          out = kernel.call().run(kernels, DType.FLOAT32);
        }
        long[] bits = KernelCases.bits(out);
        ByteBuffer bytes = ByteBuffer.allocate(8 * bits.length);
        bytes.asLongBuffer().put(bits);
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        System.out.printf("%s=%08x%n", kernel.name(), crc.getValue());
      }
    }

    /** Every third case, without the largest: the interpreter is slow. */
    private static List<Case> some() {
      List<Case> all =
          KernelCases.all().stream()
              .filter(c -> !c.name().contains("32, w=32") && !c.name().contains("n=70"))
              .toList();
      return IntStream.range(0, all.size()).filter(i -> i % 3 == 0).mapToObj(all::get).toList();
    }
  }

  @Test
  @Timeout(300)
  void sameBits() throws Exception {
    TreeMap<String, String> interpreted = run(1, "-Xint");
    assertThat(interpreted).hasSizeGreaterThan(200);
    assertThat(run(1, "-Xint", "-Dgradkeeper.engine.kernels=scalar")).isEqualTo(interpreted);
    assertThat(run(30, "-Xbatch", "-XX:TieredStopAtLevel=1")).isEqualTo(interpreted);
    assertThat(run(30, "-XX:-TieredCompilation", "-XX:CompileThreshold=50")).isEqualTo(interpreted);
  }

  private static TreeMap<String, String> run(int repeats, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Fingerprints.class.getName(), Integer.toString(repeats)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    TreeMap<String, String> crcs = new TreeMap<>();
    for (String line : process.inputReader().lines().toList()) {
      int split = line.lastIndexOf('=');
      crcs.put(line.substring(0, split), line.substring(split + 1));
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return crcs;
  }
}
