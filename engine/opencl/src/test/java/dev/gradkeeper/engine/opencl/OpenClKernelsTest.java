package dev.gradkeeper.engine.opencl;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;
import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.gradkeeper.engine.kernel.FusedCases;
import dev.gradkeeper.engine.kernel.KernelCases;
import dev.gradkeeper.engine.kernel.KernelCases.Case;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.NormOfNorms;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of the scalar and vector kernels on a device: the same bits where it rounds quotients
 * and roots correctly and keeps subnormals, as PoCL does; within 1e-5 else. And it writes no more
 * than its output.
 */
class OpenClKernelsTest {
  private static final Kernels SCALAR = new ScalarKernels();

  /** Whether the device promises what the same bits need. */
  private static boolean exact;

  private static AcceleratorSession session;
  private static AcceleratorSession tiledSession;

  @BeforeAll
  static void open() {
    exact = TestDevices.first().device().isExact();
    session = TestDevices.first().open("kernels", 0);
    tiledSession = TestDevices.tiled().open("tiled kernels", 0);
  }

  @AfterAll
  static void close() {
    if (session != null) {
      session.close();
      tiledSession.close();
    }
  }

  static List<Case> cases() {
    return KernelCases.all();
  }

  static List<Case> tiledCases() {
    return cases().stream()
        .filter(c -> c.name().startsWith("gemm") || c.name().startsWith("conv2d"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asOnTheCpu(Case kernel) {
    assertEqual(kernel, session);
  }

  @ParameterizedTest
  @MethodSource("tiledCases")
  void asOnTheCpuInTiles(Case kernel) {
    assertEqual(kernel, tiledSession);
  }

  static List<Case> fusedCases() {
    return FusedCases.all();
  }

  /** What they leave in their scratch means nothing. */
  @ParameterizedTest
  @MethodSource("fusedCases")
  void fusedAsOnTheCpu(Case kernel) {
    View[] expected = kernel.call().run(SCALAR, FLOAT32);
    View[] actual = kernel.call().run(UploadingKernels.on(session), FLOAT32);
    for (int i = 0; i < expected.length; i++) {
      assertSame(Views.values(actual[i]), Views.values(expected[i]), i);
    }
  }

  private static void assertEqual(Case kernel, AcceleratorSession device) {
    View[] expected = kernel.call().run(SCALAR, FLOAT32);
    View[] actual = kernel.call().run(UploadingKernels.on(device), FLOAT32);
    for (int i = 0; i < expected.length; i++) {
      double[] want = KernelCases.memory(expected[i]);
      double[] got = KernelCases.memory(actual[i]);
      assertSame(got, want, i);
    }
  }

  private static void assertSame(double[] got, double[] want, int output) {
    if (exact) {
      assertThat(got).as("output %d", output).isEqualTo(want);
    } else {
      assertClose(got, want, output);
    }
  }

  private static void assertClose(double[] got, double[] want, int output) {
    assertThat(got).hasSameSizeAs(want);
    for (int j = 0; j < want.length; j++) {
      boolean close =
          Double.compare(got[j], want[j]) == 0
              || Math.abs(got[j] / want[j] - 1) <= 1e-5
              || Math.abs(want[j]) < Float.MIN_NORMAL && Math.abs(got[j]) < Float.MIN_NORMAL;
      assertThat(close)
          .as("output %d, element %d: %s is close to %s", output, j, got[j], want[j])
          .isTrue();
    }
  }

  /** Defaults of the interface are compositions of kernels that a device has anyway. */
  private static final Set<String> COMPOSED =
      Set.of(
          "convBlock",
          "convBlockBackward",
          "linearBlock",
          "crossEntropy",
          "crossEntropyBackward",
          "elementwise",
          "squaredError");

  /** Not a kernel: this device keeps nothing for a thread. */
  private static final String RELEASE_BUFFERS = "releaseBuffers";

  @Test
  void noKernelIsMissing() {
    List<String> missing =
        Arrays.stream(Kernels.class.getMethods())
            .filter(m -> !m.getDeclaringClass().equals(Object.class) && m.isDefault())
            .filter(m -> !isImplemented(m))
            .map(Method::getName)
            .filter(name -> !name.equals(RELEASE_BUFFERS))
            .toList();
    assertThat(missing)
        .as("write an OpenCL kernel, or list it as composed of others")
        .containsExactlyInAnyOrderElementsOf(COMPOSED);
  }

  private static boolean isImplemented(Method method) {
    return Arrays.stream(OpenClKernels.class.getDeclaredMethods())
        .anyMatch(
            m ->
                m.getName().equals(method.getName())
                    && Arrays.equals(m.getParameterTypes(), method.getParameterTypes()));
  }

  @ParameterizedTest
  @EnumSource(Reduction.class)
  void longSumsRunInTwoStages(Reduction op) {
    int n = 3 * Reductions.TWO_STAGES + 1237;
    View in = Views.random(FLOAT32, 7, 2, n);
    View out = Views.zerosStrided(FLOAT32, 2, 1);
    UploadingKernels.on(session).reduce(op, in, out);

    double[] values = Views.values(in);
    for (int row = 0; row < 2; row++) {
      double expected = op == Reduction.MAX ? Double.NEGATIVE_INFINITY : 0;
      double magnitude = 0;
      for (int i = row * n; i < (row + 1) * n; i++) {
        double x = values[i];
        switch (op) {
          case SUM -> expected += x;
          case SUM_OF_SQUARES -> expected += x * x;
          case MAX -> expected = Math.max(expected, x);
        }
        magnitude += Math.abs(x);
      }
      assertThat(Views.get(out, row, 0)).isCloseTo(expected, within(1e-6 * magnitude));
    }
  }

  /**
   * Of parts that are added in one stage, in two, and in two of which the second has many terms.
   */
  @Test
  void theNormOfLongPartsIsThatOfItsComposition() {
    int[][] sizes = {
      {3},
      {Reductions.TWO_STAGES - 1},
      {Reductions.TWO_STAGES},
      {40 * Reductions.CHUNK + 7, 2},
      {5, 5 * Reductions.CHUNK + 1}
    };
    NormOfNorms fused = Views.norm(FLOAT32, Views.parts(FLOAT32, 4, sizes));
    NormOfNorms composed = Views.norm(FLOAT32, Views.parts(FLOAT32, 4, sizes));
    UploadingKernels.on(session).normOfNorms(fused);
    composed.compose(UploadingKernels.on(session));
    assertThat(Views.values(fused.norms())).isEqualTo(Views.values(composed.norms()));
    assertThat(Views.values(fused.total())).isEqualTo(Views.values(composed.total()));
    double sum = 0;
    for (View part : composed.parts()) {
      sum += Arrays.stream(Views.values(part)).map(x -> x * x).sum();
    }
    assertThat(Views.get(fused.total())).isCloseTo(Math.sqrt(sum), withinPercentage(1e-4));
  }

  @Test
  void everyRunGivesTheSameBits() {
    for (Case kernel : cases()) {
      if (kernel.name().hashCode() % 17 == 0) {
        long[] first = KernelCases.bits(kernel.call().run(UploadingKernels.on(session), FLOAT32));
        long[] again = KernelCases.bits(kernel.call().run(UploadingKernels.on(session), FLOAT32));
        assertThat(again).as(kernel.name()).isEqualTo(first);
      }
    }
  }

  @Test
  void float64IsRefused() {
    assertThatThrownBy(() -> session.allocate(FLOAT64, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FLOAT64 needs device cpu");
    View classes = Views.classes(1, 3, 4);
    assertThatThrownBy(() -> UploadingKernels.on(session).axpy(1, classes, classes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FLOAT32 alone, not in INT32");
  }

  @Test
  void sevenStridedDimensionsAreRefused() {
    int[] sizes = {2, 2, 2, 2, 2, 2, 2};
    assertThatThrownBy(
            () ->
                UploadingKernels.on(session)
                    .copy(Views.randomStrided(FLOAT32, 1, sizes), Views.zeros(FLOAT32, sizes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("contiguous");
  }
}
