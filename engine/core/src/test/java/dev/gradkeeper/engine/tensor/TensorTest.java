package dev.gradkeeper.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;
import dev.gradkeeper.engine.random.Generator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TensorTest {
  private final Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

  /** Its columns as rows, over the same memory. */
  private final Tensor transposed =
      x.alias(new View(x.view().storage(), 0, new int[] {3, 2}, new int[] {1, 3}));

  @Test
  void factories() {
    assertThat(Tensor.zeros(2, 2).toFloatArray()).containsExactly(0, 0, 0, 0);
    assertThat(Tensor.ones(DType.FLOAT64, 2).toDoubleArray()).containsExactly(1, 1);
    assertThat(Tensor.full(7, DType.INT32, 2).toIntArray()).containsExactly(7, 7);
    assertThat(Tensor.scalar(2.5f).shape()).isEmpty();
    assertThat(Tensor.of(new int[] {4, 5}).dtype()).isEqualTo(DType.INT32);
    assertThat(x.shape()).containsExactly(2, 3);
    assertThat(x.size(-1)).isEqualTo(3);
    assertThat(x.count()).isEqualTo(6);
  }

  @Test
  void randomNumbersAreThoseOfPyTorch() {
    JsonNode golden = Golden.read("torch-cpu-rng.json").get("seed 42");
    Generator generator = new Generator(42);
    assertThat(Tensor.randn(generator, 5).toFloatArray())
        .isEqualTo(Golden.floats(golden.get("randn5")));
    assertThat(Tensor.randn(generator, 2).toFloatArray())
        .isEqualTo(Golden.floats(golden.get("randn2_after_randn5_uses_cached")));
    assertThat(Golden.crc(Tensor.rand(new Generator(42), 10, 100).toFloatArray()))
        .isEqualTo(golden.get("rand1000").get("crc").stringValue());
    assertThat(Tensor.randn(generator).shape()).isEmpty();
  }

  @Test
  void valuesAreReadInRowMajorOrderWhateverTheStrides() {
    assertThat(transposed.toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(transposed.copy().view().isContiguous()).isTrue();
    assertThat(transposed.copy().toDoubleArray()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(x.to(DType.FLOAT64).dtype()).isEqualTo(DType.FLOAT64);
  }

  @Test
  void anItemIsTheOnlyElement() {
    assertThat(Tensor.full(0.1, DType.FLOAT64, 1, 1).item()).isEqualTo(0.1);
    assertThat(Tensor.full(7, DType.INT32).item()).isEqualTo(7);
    assertThat(Tensor.full(200, DType.UINT8).item()).isEqualTo(200);
    assertThat(x.alias(new View(x.view().storage(), 4, new int[0], new int[0])).item())
        .isEqualTo(5);
    assertThatIllegalStateException().isThrownBy(x::item).withMessageContaining("[2, 3]");
  }

  @Test
  void viewsSeeAndCountChanges() {
    Tensor detached = x.detach();
    detached.fill(9);
    assertThat(x.toFloatArray()).containsOnly(9);
    assertThat(x.version()).isEqualTo(1);

    transposed.copyFrom(Tensor.of(new double[] {7, 8}));
    assertThat(x.toFloatArray()).containsExactly(7, 7, 7, 8, 8, 8);
    assertThat(x.version()).isEqualTo(2);
    assertThat(x.copy().version()).isZero();
  }

  @Test
  void valuesGoFromDeviceToDevice() {
    CpuDevice other = new CpuDevice(new ScalarKernels());
    Tensor there = transposed.to(other);
    assertThat(there.device()).isSameAs(other);
    assertThat(there.toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Tensor.empty(other, DType.UINT8, 2).to(other).dtype()).isEqualTo(DType.UINT8);

    there.copyFrom(Tensor.of(new double[] {7, 8}));
    assertThat(there.toFloatArray()).containsExactly(7, 8, 7, 8, 7, 8);
    assertThat(x.copyFrom(Tensor.full(other, 3, DType.INT32)).toFloatArray()).containsOnly(3);
  }

  @Test
  void shapesAreChecked() {
    refused("5 values for shape [2, 3]", () -> Tensor.of(new float[5], 2, 3));
    refused("negative size in shape [2, -1]", () -> Tensor.zeros(2, -1));
    refused("more than 2147483647 elements", () -> Tensor.zeros(1 << 16, 1 << 16));
    refused("dimension 2 of a tensor with 2 dimensions", () -> x.size(2));
    refused("copyFrom: shapes [4] and [2, 3]", () -> x.copyFrom(Tensor.zeros(4)));
    refused("copyFrom", () -> Tensor.zeros(3).copyFrom(x));
    refused("shape [3] and dtype FLOAT32", () -> x.setGrad(Tensor.zeros(3)));
    refused("dtype FLOAT64", () -> x.setGrad(Tensor.of(new double[6], 2, 3)));
  }

  private static void refused(String message, Runnable call) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
  }

  /** The caller may go on using its array. */
  @Test
  void theShapeIsTheTensorsOwn() {
    int[] shape = {2, 3};
    Tensor tensor = Tensor.zeros(shape);
    shape[0] = 5;
    tensor.shape()[1] = 5;
    assertThat(tensor.shape()).containsExactly(2, 3);
  }

  @Test
  void printsItsFirstElements() {
    assertThat(Tensor.of(new float[] {1, 2.5f}).requiresGrad(true))
        .hasToString("tensor([1.0, 2.5], shape=[2], FLOAT32, requiresGrad)");
    assertThat(Tensor.zeros(3, 3).toString()).contains("…");
  }
}
