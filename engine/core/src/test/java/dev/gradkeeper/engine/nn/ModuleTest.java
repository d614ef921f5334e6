package dev.gradkeeper.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.autograd.LossReduction;
import dev.gradkeeper.engine.autograd.TensorMath;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.optim.SGD;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ModuleTest {
  private final Generator generator = new Generator(0);

  @Test
  void parametersAreNamedAsPyTorchNamesThem() {
    Linear shared = new Linear(3, 3, generator);
    Sequential model =
        new Sequential(
            new Conv2d(1, 2, 3, generator),
            new ReLU(),
            new Sequential(shared, new Tanh(), shared),
            new Linear(3, 1, LayerOptions.defaults().withBias(false), generator));

    assertThat(model.namedParameters().keySet())
        .containsExactly("0.weight", "0.bias", "2.0.weight", "2.0.bias", "3.weight");
    assertThat(model.parameters()).allMatch(Tensor::requiresGrad);
    assertThat(model.namedParameters().get("0.weight").shape()).containsExactly(2, 1, 3, 3);
  }

  @Test
  void aNameIsUsedOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Module() {
                  {
                    register("w", Tensor.zeros(1));
                    register("w", new ReLU());
                  }

                  @Override
                  public Tensor forward(Tensor input) {
                    return input;
                  }
                })
        .withMessageContaining("'w'");
  }

  @Test
  void layersGiveTheShapesOfPyTorch() {
    Tensor images = Tensor.ones(2, 4, 9, 8);
    Window window = Window.of(3, 2).withStride(2, 1).withPadding(1, 0).withDilation(1, 2);
    Conv2d conv = new Conv2d(4, 6, window, 2, LayerOptions.defaults(), generator);
    assertThat(conv.weight().shape()).containsExactly(6, 2, 3, 2);
    assertThat(conv.forward(images).shape()).containsExactly(2, 6, 5, 6);
    assertThat(new MaxPool2d(2).forward(images).shape()).containsExactly(2, 4, 4, 4);
    assertThat(
            new AvgPool2d(Window.of(3, 3).withStride(2, 2).withPadding(1, 1))
                .forward(images)
                .shape())
        .containsExactly(2, 4, 5, 4);
    assertThat(new Flatten().forward(images).shape()).containsExactly(2, 288);
    assertThat(new Flatten(0, 1).forward(images).shape()).containsExactly(8, 9, 8);
    assertThat(new Linear(8, 3, generator).forward(images).shape()).containsExactly(2, 4, 9, 3);
  }

  @Test
  void layersOfFloat64ComputeInFloat64() {
    LayerOptions options = LayerOptions.defaults().withDType(DType.FLOAT64);
    Linear linear = new Linear(2, 1, options, generator);
    assertThat(linear.forward(Tensor.of(new double[] {1, 2})).dtype()).isEqualTo(DType.FLOAT64);
  }

  @Test
  void losses() {
    Tensor input = Tensor.of(new double[] {1, 2, 3, 5}, 2, 2);
    Tensor target = Tensor.of(new double[] {1, 0, 0, 1}, 2, 2);
    assertThat(new MSELoss().forward(input, target).item()).isEqualTo(29.0 / 4);
    assertThat(new MSELoss(LossReduction.SUM).forward(input, target).item()).isEqualTo(29);

    Tensor classes = Tensor.of(new int[] {0, 1});
    double first = Math.log(1 + Math.exp(1));
    double second = Math.log(1 + Math.exp(-2));
    assertThat(new CrossEntropyLoss(LossReduction.SUM).forward(input, classes).item())
        .isCloseTo(first + second, within(1e-14));
    assertThat(new CrossEntropyLoss().forward(input, classes).item())
        .isCloseTo((first + second) / 2, within(1e-14));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 123456789012345L})
  void dropoutDrawsPyTorchsMask(long seed) {
    JsonNode golden = Golden.read("torch-cpu-rng.json").get("seed " + seed);
    Dropout dropout = new Dropout(0.3, new Generator(seed));

    assertThat(dropout.forward(Tensor.ones(20)).toFloatArray())
        .isEqualTo(Golden.floats(golden.get("dropout_0.3_ones20_default_path")));
  }

  @Test
  void dropoutRestsInEvaluation() {
    Generator fresh = new Generator(1);
    Dropout dropout = new Dropout(0.5, fresh);
    Sequential model = new Sequential(dropout);
    model.eval();
    Tensor x = Tensor.ones(4);
    assertThat(model.forward(x)).isSameAs(x);
    assertThat(fresh.getState()).isEqualTo(new Generator(1).getState());
    model.train();
    assertThat(dropout.isTraining()).isTrue();
    assertThat(new Dropout(1, fresh).forward(x).toFloatArray()).containsOnly(0);
  }

  @Test
  void modelAndOptimizerZeroTheSameGradients() {
    Linear model = new Linear(2, 1, generator);
    SGD optimizer = new SGD(model.parameters(), 0.1);
    Tensor x = Tensor.ones(1, 2);

    TensorMath.sum(model.forward(x)).backward();
    model.zeroGrad();
    assertThat(model.parameters()).allMatch(p -> p.grad() == null);

    TensorMath.sum(model.forward(x)).backward();
    optimizer.zeroGrad();
    assertThat(model.parameters()).allMatch(p -> p.grad() == null);

    TensorMath.sum(model.forward(x)).backward();
    List<Tensor> gradients = model.parameters().stream().map(Tensor::grad).toList();
    model.zeroGrad(false);
    assertThat(model.parameters().stream().map(Tensor::grad)).isEqualTo(gradients);
    assertThat(gradients).allMatch(g -> g.toFloatArray()[0] == 0);
  }

  @Test
  void argumentsAreChecked() {
    refused("inFeatures must be positive, got 0", () -> new Linear(0, 1, generator));
    refused("outChannels must be positive, got -1", () -> new Conv2d(1, -1, 3, generator));
    refused(
        "3 groups do not divide 3 input and 4 output channels",
        () -> new Conv2d(3, 4, Window.square(3, 1), 3, LayerOptions.defaults(), generator));
    refused("stride height", () -> new MaxPool2d(Window.of(2, 2).withStride(0, 1)));
    refused("padding width", () -> new MaxPool2d(Window.of(2, 2).withPadding(0, -1)));
    refused("dilation", () -> new AvgPool2d(Window.of(2, 2).withDilation(2, 1)));
    refused("p must be between 0 and 1, got 1.5", () -> new Dropout(1.5, generator));
  }

  private static void refused(String message, Runnable construction) {
    assertThatIllegalArgumentException()
        .isThrownBy(construction::run)
        .withMessageContaining(message);
  }
}
