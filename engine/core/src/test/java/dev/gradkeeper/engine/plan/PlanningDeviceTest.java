package dev.gradkeeper.engine.plan;

import static dev.gradkeeper.engine.autograd.Functional.conv2d;
import static dev.gradkeeper.engine.autograd.Functional.crossEntropy;
import static dev.gradkeeper.engine.autograd.Functional.dropout;
import static dev.gradkeeper.engine.autograd.Functional.linear;
import static dev.gradkeeper.engine.autograd.Functional.logSoftmax;
import static dev.gradkeeper.engine.autograd.Functional.maxPool2d;
import static dev.gradkeeper.engine.autograd.Functional.mseLoss;
import static dev.gradkeeper.engine.autograd.TensorMath.add;
import static dev.gradkeeper.engine.autograd.TensorMath.flatten;
import static dev.gradkeeper.engine.autograd.TensorMath.mul;
import static dev.gradkeeper.engine.autograd.TensorMath.relu;
import static dev.gradkeeper.engine.autograd.TensorMath.sigmoid;
import static dev.gradkeeper.engine.autograd.TensorMath.sum;
import static dev.gradkeeper.engine.autograd.TensorMath.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.nn.Clipping;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What a plan leaves out of a step, and that it gives the bits of the step all the same. */
class PlanningDeviceTest {
  private static final Window TWO = Window.square(2, 2);

  private final Generator generator = new Generator(1);
  private final CountingDevice memory = new CountingDevice();
  private final PlanningDevice device = new PlanningDevice(memory);
  private final Tensor x = draw(2, 3, 12, 12);
  private final Tensor target = Tensor.of(device, new int[] {1, 0}, 2);
  private final Tensor filter = parameter(4, 3, 3, 3);
  private final Tensor bias = parameter(4);
  private final Tensor weight = parameter(5, 100);
  private final Tensor weightBias = parameter(5);

  private Tensor draw(int... shape) {
    return Tensor.empty(device, DType.FLOAT32, shape).copyFrom(Tensor.randn(generator, shape));
  }

  private Tensor parameter(int... shape) {
    return draw(shape).requiresGrad(true);
  }

  @Test
  void aConvolutionItsReluAndItsPoolingAreOneCallAndSoAreTheirGradients() {
    assertThat(
            planned(
                () -> {
                  Tensor pooled = maxPool2d(relu(conv2d(x, filter, bias)), TWO);
                  return crossEntropy(linear(flatten(pooled, 1, 3), weight, weightBias), target);
                }))
        .containsExactly(
            "Convolution",
            "Linear",
            "Loss",
            "Combine",
            "LossBackward",
            "Gemm",
            "Gemm",
            "Reduce",
            "ConvolutionBackward");
  }

  @Test
  void withoutBiasAndWithoutPoolingToo() {
    assertThat(planned(() -> sum(tanh(relu(conv2d(x, filter, null))))))
        .containsExactly("Convolution", "Map", "Reduce", "Combine", "ConvolutionBackward");
  }

  @Test
  void theInputsGradientIsPartOfTheCall() {
    Tensor input = draw(2, 3, 12, 12).requiresGrad(true);
    assertThat(planned(() -> sum(maxPool2d(relu(conv2d(input, filter, bias)), TWO)), input))
        .containsExactly("Convolution", "Reduce", "ConvolutionBackward");
  }

  @Test
  void aReluThatSomebodyElseReadsIsWritten() {
    assertThat(
            planned(
                () -> {
                  Tensor activated = relu(conv2d(x, filter, bias));
                  return add(sum(maxPool2d(activated, TWO)), sum(tanh(activated)));
                }))
        .contains("MaxPool2d", "MaxPool2dBackward");
  }

  @Test
  void aReluThatTheCallerKeepsIsWritten() {
    Tensor[] kept = new Tensor[1];
    Supplier<Tensor> loss =
        () -> {
          kept[0] = relu(conv2d(x, filter, bias));
          return sum(maxPool2d(kept[0], TWO));
        };
    Plan plan = device.capture(() -> views(loss.get(), kept[0]));
    Tensor activated = kept[0];
    assertThat(plan.kernelNames()).startsWith("Convolution", "MaxPool2d");
    x.copyFrom(draw(2, 3, 12, 12));
    plan.run();
    float[] planned = activated.toFloatArray();

    loss.get();

    assertThat(planned).isEqualTo(kept[0].toFloatArray());
  }

  @Test
  void aConvolutionThatSomebodyElseReadsIsNotFused() {
    assertThat(
            planned(
                () -> {
                  Tensor convolved = conv2d(x, filter, bias);
                  return add(sum(relu(convolved)), sum(tanh(convolved)));
                }))
        .startsWith("Conv2d", "Map");
  }

  @Test
  void aLinearLayersReluIsPartOfIt() {
    Tensor rows = draw(4, 100);
    assertThat(planned(() -> sum(relu(linear(rows, weight, weightBias)))))
        .startsWith("Linear", "Reduce");
    assertThat(planned(() -> sum(relu(linear(rows, weight, null))))).startsWith("Linear", "Reduce");
  }

  @Test
  void aProductThatSomebodyElseReadsKeepsItsRelu() {
    Tensor rows = draw(4, 100);
    assertThat(
            planned(
                () -> {
                  Tensor product = linear(rows, weight, weightBias);
                  return add(sum(relu(product)), sum(tanh(product)));
                }))
        .startsWith("Linear", "Map");
  }

  @Test
  void gradientsOfSeveralUsesAreAdded() {
    Tensor rows = draw(4, 100);
    planned(
        () ->
            sum(
                mul(
                    tanh(linear(rows, weight, weightBias)),
                    relu(linear(tanh(rows), weight, weightBias)))));
  }

  @Test
  void differencesAndTheSumOfTheirSquaresAreOneCall() {
    Tensor rows = draw(4, 100);
    Tensor expected = draw(4, 5);
    assertThat(planned(() -> mseLoss(linear(rows, weight, weightBias), expected)))
        .startsWith("Linear", "Error", "Combine");
  }

  @Test
  void elementwiseCallsThatFollowEachOtherAreOneCallAndSoAreTheirGradients() {
    Tensor rows = draw(4, 100);
    Tensor factor = parameter(4, 100);
    Tensor last = draw(4, 100);
    assertThat(planned(() -> sum(mul(sigmoid(tanh(mul(mul(rows, last), factor))), last)), factor))
        .as("the outputs of tanh and sigmoid are needed again, so each ends a chain")
        .containsExactly("Combine", "Chain", "Map", "Combine", "Reduce", "Chain");
  }

  @Test
  void aResultThatSomebodyElseReadsEndsAChain() {
    Tensor rows = draw(4, 100);
    Tensor factor = parameter(4, 100);
    assertThat(
            planned(
                () -> {
                  Tensor activated = tanh(mul(rows, factor));
                  return add(sum(mul(activated, rows)), sum(activated));
                },
                factor))
        .startsWith("Chain", "Combine", "Reduce", "Reduce");
  }

  @Test
  void aResultThatIsTakenTwiceEndsAChain() {
    Tensor rows = draw(4, 100);
    Tensor[] out = new Tensor[1];
    Plan plan =
        device.capture(
            () -> {
              Tensor activated = tanh(mul(rows, 3));
              out[0] = tanh(mul(activated, activated));
              return views(out[0]);
            });
    rows.copyFrom(draw(4, 100));
    plan.run();

    Tensor activated = tanh(mul(rows, 3));
    assertThat(plan.kernelNames()).containsExactly("Chain", "Chain");
    assertThat(out[0].toFloatArray()).isEqualTo(tanh(mul(activated, activated)).toFloatArray());
  }

  @Test
  void aChainDoesNotOverwriteWhatItsLaterLinksTake() {
    Tensor a = draw(4, 100);
    Tensor b = draw(4, 100);
    Tensor total = Tensor.full(device, 0, DType.FLOAT32, 4, 100);
    Plan plan =
        device.capture(
            () -> {
              Tensor product = mul(a, b);
              device.kernels().binary(Binary.ADD, product.view(), total.view(), total.view());
              return List.of();
            });
    plan.run();
    plan.run();

    Tensor product = mul(a, b);
    assertThat(total.toFloatArray()).isEqualTo(add(add(product, product), product).toFloatArray());
  }

  @Test
  void theNormOfAllGradientsIsOneCall() {
    List<Tensor> leaves = List.of(filter, bias, weight, weightBias);
    leaves.forEach(leaf -> leaf.setGrad(leaf.copy()));
    Tensor[] norm = new Tensor[1];
    Plan plan =
        device.capture(
            () -> {
              norm[0] = Clipping.gradNorm(leaves);
              return views(norm[0]);
            });
    leaves.forEach(leaf -> leaf.grad().copyFrom(tanh(leaf.detach())));
    plan.run();

    assertThat(plan.kernelNames()).containsExactly("Norm");
    assertThat(norm[0].item()).isEqualTo(Clipping.gradNorm(leaves).item());
  }

  @Test
  void masksOfDropoutAreDrawnAnew() {
    Tensor rows = draw(4, 100);
    Generator masks = new Generator(3);
    Plan plan;
    Tensor[] out = new Tensor[1];
    plan =
        device.capture(
            () -> {
              out[0] = tanh(dropout(rows, 0.5, true, masks));
              return views(out[0]);
            });
    float[] first = out[0].toFloatArray();
    plan.run();
    float[] second = out[0].toFloatArray();

    Generator again = new Generator(3);
    assertThat(first).isEqualTo(tanh(dropout(rows, 0.5, true, again)).toFloatArray());
    assertThat(second).isEqualTo(tanh(dropout(rows, 0.5, true, again)).toFloatArray());
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void memoryIsSharedByWhatIsNotNeededAtTheSameTime() {
    Tensor rows = draw(64, 64);
    Tensor[] out = new Tensor[1];
    device.capture(
        () -> {
          out[0] = logSoftmax(rows);
          for (int i = 0; i < 9; i++) {
            out[0] = logSoftmax(out[0]);
          }
          out[0] = sum(out[0]);
          return views(out[0]);
        });

    assertThat(memory.largest).isEqualTo(2 * 64 * 64);
  }

  @Test
  void resultsWithinAChainGetNoMemory() {
    Tensor rows = draw(64, 64);
    Tensor[] out = new Tensor[1];
    device.capture(
        () -> {
          out[0] = tanh(mul(tanh(mul(rows, 3)), rows));
          out[0] = sum(out[0]);
          return views(out[0]);
        });

    assertThat(memory.largest).isEqualTo(64 * 64);
  }

  @Test
  void memoryWhoseZerosTheStepReadsIsNotShared() {
    Tensor rows = draw(4, 100);
    Tensor[] out = new Tensor[1];
    Plan plan =
        device.capture(
            () -> {
              Tensor count = Tensor.empty(device, DType.FLOAT32, 4, 100);
              count.device().kernels().axpy(1, rows.view(), count.view());
              out[0] = sum(count);
              return views(out[0]);
            });
    double once = out[0].item();
    plan.run();

    assertThat(out[0].item()).isCloseTo(2 * once, Offset.offset(1e-3));
  }

  @Test
  void memoryThatTheHostWritesToStaysWhereItIs() {
    float[] drawn = {1};
    Tensor[] out = new Tensor[1];
    Plan plan =
        device.capture(
            () -> {
              Tensor twice = add(x, x);
              device.host(() -> device.write(drawn, 0, twice.view().storage(), 0, 1));
              out[0] = sum(twice);
              return views(out[0]);
            });
    double before = out[0].item();
    drawn[0] = 1001;
    plan.run();

    assertThat(out[0].item()).isCloseTo(before + 1000, Offset.offset(1e-2));
  }

  @Test
  void aStepThatReadsCannotBeRecorded() {
    assertThatThrownBy(
            () -> device.capture(() -> views(Tensor.full(device, sum(x).item(), x.dtype()))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must not read results");
  }

  /**
   * Records loss and gradients as a training step has them, from nothing and added to what is
   * there; compares replays on other inputs with the eager step; and gives the kernels of the
   * first.
   */
  private List<String> planned(Supplier<Tensor> loss, Tensor... furtherLeaves) {
    List<Tensor> leaves = new ArrayList<>(List.of(filter, bias, weight, weightBias));
    leaves.addAll(Arrays.asList(furtherLeaves));
    leaves.forEach(Tensor::zeroGrad);
    loss.get().backward();
    leaves.removeIf(leaf -> leaf.grad() == null);
    List<Tensor> gradients = leaves.stream().map(Tensor::grad).toList();
    Tensor[] value = new Tensor[2];
    Plan zeroed =
        device.capture(
            () -> {
              leaves.forEach(Tensor::zeroGrad);
              value[0] = loss.get();
              value[0].backward();
              for (int i = 0; i < gradients.size(); i++) {
                gradients.get(i).copyFrom(leaves.get(i).grad());
                leaves.get(i).setGrad(gradients.get(i));
              }
              return views(value[0]);
            });
    Plan added =
        device.capture(
            () -> {
              value[1] = loss.get();
              value[1].backward();
              return views(value[1]);
            });
    x.copyFrom(draw(2, 3, 12, 12));
    zeroed.run();
    added.run();
    float[][] planned = gradients.stream().map(Tensor::toFloatArray).toArray(float[][]::new);

    leaves.forEach(Tensor::zeroGrad);
    Tensor first = loss.get();
    first.backward();
    Tensor second = loss.get();
    second.backward();

    assertThat(value[0].item()).isEqualTo(first.item());
    assertThat(value[1].item()).isEqualTo(second.item());
    for (int i = 0; i < planned.length; i++) {
      assertThat(planned[i]).as("gradient %d", i).isEqualTo(leaves.get(i).grad().toFloatArray());
    }
    return zeroed.kernelNames();
  }

  private static List<View> views(Tensor... tensors) {
    return Stream.of(tensors).map(Tensor::view).toList();
  }

  /** Notes the largest storage. */
  private static final class CountingDevice implements Device {
    private final Device cpu = CpuDevice.get();
    private int largest;

    @Override
    public String name() {
      return cpu.name();
    }

    @Override
    public Storage allocate(DType dtype, int length) {
      largest = Math.max(largest, length);
      return cpu.allocate(dtype, length);
    }

    @Override
    public Kernels kernels() {
      return cpu.kernels();
    }

    @Override
    public void write(Object array, int arrayOffset, Storage storage, int offset, int length) {
      cpu.write(array, arrayOffset, storage, offset, length);
    }

    @Override
    public void read(Storage storage, int offset, Object array, int arrayOffset, int length) {
      cpu.read(storage, offset, array, arrayOffset, length);
    }
  }
}
