package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;
import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.kernel.KernelCases.Case;
import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fused kernels give the bits of their composition and write nothing around their outputs. */
class FusedKernelsTest {
  private static final Kernels SCALAR = new ScalarKernels();
  private static final List<Kernels> ALL =
      List.of(
          SCALAR,
          VectorLengths.kernels(128),
          VectorLengths.kernels(256),
          VectorLengths.kernels(512));

  static List<Case> cases() {
    return FusedCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsItsComposition(Case kernel) {
    for (DType dtype : new DType[] {FLOAT32, FLOAT64}) {
      View[] expected = kernel.call().run(composed(SCALAR), dtype);
      for (Kernels kernels : ALL) {
        View[] actual = kernel.call().run(kernels, dtype);
        for (int i = 0; i < expected.length; i++) {
          assertThat(KernelCases.memory(actual[i]))
              .as("%s, %s, output %d", kernels, dtype, i)
              .isEqualTo(KernelCases.memory(expected[i]));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheSameBitsWithoutBuffers(Case kernel) {
    for (Kernels kernels : ALL) {
      View[] before = kernel.call().run(kernels, FLOAT32);
      kernels.releaseBuffers();
      View[] after = kernel.call().run(kernels, FLOAT32);
      for (int i = 0; i < before.length; i++) {
        assertThat(KernelCases.memory(after[i]))
            .as("%s, output %d", kernels, i)
            .isEqualTo(KernelCases.memory(before[i]));
      }
    }
  }

  /** The primitive kernels of {@code kernels} under the interface's own fused ones. */
  private static Kernels composed(Kernels kernels) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          try {
            return method.invoke(kernels, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, handler);
  }
}
