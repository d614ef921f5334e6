package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;
import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.kernel.KernelCases.Case;
import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vector kernels give the bits of the scalar ones, at every vector length, and write no more. */
class VectorKernelsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final List<Kernels> VECTOR =
      List.of(VectorLengths.kernels(128), VectorLengths.kernels(256), VectorLengths.kernels(512));

  static List<Case> cases() {
    return KernelCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bitEqual(Case kernel) {
    View[] expected = kernel.call().run(SCALAR, FLOAT32);
    for (Kernels vector : VECTOR) {
      View[] actual = kernel.call().run(vector, FLOAT32);
      for (int i = 0; i < expected.length; i++) {
        assertThat(KernelCases.memory(actual[i]))
            .as("%s, output %d", vector, i)
            .isEqualTo(KernelCases.memory(expected[i]));
      }
    }
  }

  /** A second call finds the first one's rubbish in the scratch buffers. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theOrderOfCallsDoesNotMatter(int length) {
    List<Case> cases = cases();
    for (Case kernel : cases.reversed()) {
      View[] actual = kernel.call().run(VECTOR.get(length), FLOAT32);
      View[] expected = kernel.call().run(SCALAR, FLOAT32);
      assertThat(KernelCases.bits(actual)).as(kernel.name()).isEqualTo(KernelCases.bits(expected));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void float64IsScalar(Case kernel) {
    View[] expected = kernel.call().run(SCALAR, FLOAT64);
    View[] actual = kernel.call().run(VECTOR.getLast(), FLOAT64);
    assertThat(KernelCases.bits(actual)).isEqualTo(KernelCases.bits(expected));
  }
}
