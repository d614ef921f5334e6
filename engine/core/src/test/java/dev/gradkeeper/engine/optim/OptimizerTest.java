package dev.gradkeeper.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static Tensor parameter(double value, double gradient) {
    Tensor p = Tensor.of(new double[] {value}).requiresGrad(true);
    p.setGrad(Tensor.of(new double[] {gradient}));
    return p;
  }

  /** p = 1, g = 0.5 each time; figures by hand from the formulas of the Javadoc. */
  @Test
  void sgdFollowsItsFormulas() {
    SGD.Options plain = SGD.Options.defaults();
    SGD.Options momentum = plain.withMomentum(0.9);
    assertThat(after(3, plain)).isCloseTo(1 - 0.1 * (0.5 + 0.5 + 0.5), within(1e-15));
    assertThat(after(3, plain.withMaximize(true))).isCloseTo(1 + 0.15, within(1e-15));
    assertThat(after(1, plain.withWeightDecay(0.2))).isCloseTo(1 - 0.1 * 0.7, within(1e-15));
    assertThat(after(3, momentum)).isCloseTo(1 - 0.1 * (0.5 + 0.95 + 1.355), within(1e-15));
    assertThat(after(2, momentum.withDampening(0.4)))
        .as("the first update is not dampened")
        .isCloseTo(1 - 0.1 * (0.5 + (0.45 + 0.3)), within(1e-15));
    assertThat(after(2, momentum.withNesterov(true)))
        .isCloseTo(1 - 0.1 * ((0.5 + 0.45) + (0.5 + 0.9 * 0.95)), within(1e-15));
  }

  private static double after(int updates, SGD.Options options) {
    Tensor p = parameter(1, 0.5);
    SGD sgd = new SGD(List.of(p), 0.1, options);
    for (int i = 0; i < updates; i++) {
      sgd.step();
    }
    return p.item();
  }

  /**
   * With a constant gradient both bias-corrected means are exact: each update is lr·g/(|g|+eps).
   */
  @Test
  void adamFollowsItsFormula() {
    Tensor p = parameter(1, 0.5);
    Adam adam = new Adam(List.of(p), 0.1);
    for (int i = 0; i < 5; i++) {
      adam.step();
    }
    assertThat(p.item()).isCloseTo(1 - 5 * 0.1 * 0.5 / (0.5 + 1e-8), within(1e-12));

    Tensor up = parameter(1, 0.5);
    new Adam(List.of(up), 0.1, Adam.Options.defaults().withMaximize(true)).step();
    assertThat(up.item()).isCloseTo(1 + 0.1, within(1e-8));

    Tensor decayed = parameter(1, 0);
    new Adam(List.of(decayed), 0.1, Adam.Options.defaults().withWeightDecay(0.2)).step();
    assertThat(decayed.item()).isCloseTo(1 - 0.1, within(1e-7));
  }

  /** The difference between removed and zeroed gradients. */
  @Test
  void aParameterWithoutGradientRestsOneWithAZeroGradientMovesOn() {
    SGD.Options options = SGD.Options.defaults().withMomentum(0.9).withWeightDecay(0.5);
    Tensor p = parameter(1, 0.5);
    SGD sgd = new SGD(List.of(p), 0.1, options);
    sgd.step();
    double moved = p.item();

    sgd.zeroGrad();
    sgd.step();
    assertThat(p.item()).isEqualTo(moved);

    p.setGrad(Tensor.of(new double[] {3}));
    sgd.zeroGrad(false);
    sgd.step();
    double buffer = 0.9 * 1.0 + 0.5 * moved;
    assertThat(p.item()).isCloseTo(moved - 0.1 * buffer, within(1e-15));
  }

  @Test
  void adamCountsTheUpdatesOfEachParameterAlone() {
    Tensor always = parameter(1, 0.5);
    Tensor late = parameter(1, 0.5);
    Adam adam = new Adam(List.of(always, late), 0.1);
    late.zeroGrad();
    adam.step();
    assertThat(late.item()).isEqualTo(1);
    late.setGrad(Tensor.of(new double[] {0.5}));
    adam.step();
    assertThat(adam.state().get("0.step").item()).isEqualTo(2);
    assertThat(adam.state().get("1.step").item()).isEqualTo(1);
    assertThat(late.item()).isCloseTo(0.9, within(1e-8));
  }

  @Test
  void theLearningRateCanChangeBetweenUpdates() {
    Tensor p = parameter(1, 0.5);
    SGD sgd = new SGD(List.of(p), 0.1);
    sgd.setLr(0.01);
    assertThat(sgd.lr()).isEqualTo(0.01);
    sgd.step();
    assertThat(p.item()).isCloseTo(1 - 0.005, within(1e-15));
  }

  @Test
  void anUpdateCountsAsAnInPlaceChange() {
    Tensor p = parameter(1, 0.5);
    new SGD(List.of(p), 0.1).step();
    assertThat(p.version()).isEqualTo(1);
  }

  @Test
  void stateCarriesOverToTheBit() {
    goesOn(p -> new SGD(p, 0.1, 0.9), "0.momentum_buffer", "2.momentum_buffer");
    goesOn(
        p -> new Adam(p, 0.1),
        "0.step",
        "0.exp_avg",
        "0.exp_avg_sq",
        "2.step",
        "2.exp_avg",
        "2.exp_avg_sq");
  }

  private static void goesOn(Function<List<Tensor>, Optimizer> make, String... names) {
    List<Tensor> parameters = parameters();
    Optimizer optimizer = make.apply(parameters);
    Generator gradients = new Generator(5);
    updates(optimizer, parameters, gradients, 3);

    Map<String, Tensor> saved = new LinkedHashMap<>();
    optimizer.state().forEach((name, tensor) -> saved.put(name, tensor.copy()));
    assertThat(saved.keySet()).containsExactly(names);
    List<Tensor> copies = parameters.stream().map(p -> p.copy().requiresGrad(true)).toList();
    Optimizer resumed = make.apply(copies);
    resumed.loadState(saved);
    byte[] position = gradients.getState();

    updates(optimizer, parameters, gradients, 3);
    gradients.setState(position);
    updates(resumed, copies, gradients, 3);

    for (int i = 0; i < parameters.size(); i++) {
      assertThat(copies.get(i).toFloatArray()).isEqualTo(parameters.get(i).toFloatArray());
    }
  }

  private static List<Tensor> parameters() {
    Generator generator = new Generator(1);
    return List.of(
        Tensor.randn(generator, 3, 5).requiresGrad(true),
        Tensor.randn(generator, 7).requiresGrad(true),
        Tensor.randn(generator, 2).requiresGrad(true));
  }

  /** The second parameter never has a gradient. */
  private static void updates(
      Optimizer optimizer, List<Tensor> parameters, Generator gradients, int n) {
    for (int i = 0; i < n; i++) {
      parameters.get(0).setGrad(Tensor.randn(gradients, 3, 5));
      parameters.get(2).setGrad(Tensor.randn(gradients, 2));
      optimizer.step();
    }
  }

  @Test
  void stateThatDoesNotFitIsRefused() {
    Adam adam = new Adam(List.of(parameter(1, 1)), 0.1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.loadState(Map.of("1.step", Tensor.scalar(1))))
        .withMessageContaining("1.step");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.loadState(Map.of("0.exp_avg", Tensor.zeros(1))))
        .withMessageContaining("lacks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.loadState(Map.of("0.exp_avg", Tensor.zeros(2))))
        .withMessageContaining("[2]")
        .withMessageContaining("[1]");
  }

  @Test
  void hyperParametersAreCheckedAtConstruction() {
    List<Tensor> p = List.of(parameter(1, 1));
    SGD.Options sgd = SGD.Options.defaults();
    Adam.Options adam = Adam.Options.defaults();
    refused("SGD: lr must be finite and not negative, got -0.1", () -> new SGD(p, -0.1));
    refused("SGD: lr must be finite and not negative, got NaN", () -> new SGD(p, Double.NaN));
    refused("SGD: momentum must be finite and not negative, got -1.0", () -> new SGD(p, 1, -1));
    refused("weightDecay", () -> new SGD(p, 1, sgd.withWeightDecay(-1)));
    refused("dampening must be finite, got NaN", () -> new SGD(p, 1, sgd.withDampening(0.0 / 0)));
    refused("nesterov", () -> new SGD(p, 1, sgd.withNesterov(true)));
    refused("no parameters", () -> new SGD(List.of(), 1));
    refused("lr", () -> new Adam(p, Double.POSITIVE_INFINITY));
    refused(
        "beta1 must be at least 0 and below 1, got 1.0",
        () -> new Adam(p, 1, adam.withBetas(1, 0.9)));
    refused("beta2", () -> new Adam(p, 1, adam.withBetas(0.9, -0.1)));
    refused("eps", () -> new Adam(p, 1, adam.withEps(-1e-8)));
    refused("weightDecay", () -> new Adam(p, 1, adam.withWeightDecay(Double.NaN)));
  }

  private static void refused(String message, Runnable construction) {
    assertThatIllegalArgumentException()
        .isThrownBy(construction::run)
        .withMessageContaining(message);
  }
}
