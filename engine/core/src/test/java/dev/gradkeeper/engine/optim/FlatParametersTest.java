package dev.gradkeeper.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters in one memory are updated to the bits of parameters that lie apart. */
class FlatParametersTest {
  private static final SGD.Options NESTEROV =
      SGD.Options.defaults().withMomentum(0.9).withNesterov(true).withWeightDecay(0.01);
  private static final Adam.Options DECAY = Adam.Options.defaults().withWeightDecay(0.01);

  record Kind(
      Function<List<Tensor>, Optimizer> apart, Function<FlatParameters, Optimizer> together) {}

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(
            "plain",
            new Kind(
                p -> new SGD(p, 0.1, SGD.Options.defaults()),
                p -> new SGD(p, 0.1, SGD.Options.defaults()))),
        Arguments.of(
            "Nesterov", new Kind(p -> new SGD(p, 0.1, NESTEROV), p -> new SGD(p, 0.1, NESTEROV))),
        Arguments.of("Adam", new Kind(p -> new Adam(p, 0.1, DECAY), p -> new Adam(p, 0.1, DECAY))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void updatesAsIfTheyLayApart(String name, Kind kind) {
    List<Tensor> apart = parameters();
    List<Tensor> together = parameters();
    Optimizer one = kind.apart().apply(apart);
    FlatParameters flat = new FlatParameters(together);
    Optimizer other = kind.together().apply(flat);
    assertThat(values(together)).isEqualTo(values(apart));

    for (int step = 0; step < 3; step++) {
      setGradients(apart, step);
      setGradients(together, step);
      flat.gradients().gather();
      one.step();
      other.step();
    }

    assertThat(values(together)).isEqualTo(values(apart));
    assertThat(values(other.state())).isEqualTo(values(one.state()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void goesOnFromTheStateOfParametersApart(String name, Kind kind) {
    List<Tensor> apart = parameters();
    Optimizer one = kind.apart().apply(apart);
    setGradients(apart, 0);
    one.step();
    List<Tensor> together = parameters();
    for (int i = 0; i < together.size(); i++) {
      together.get(i).copyFrom(apart.get(i));
    }
    FlatParameters flat = new FlatParameters(together);
    Optimizer other = kind.together().apply(flat);
    other.loadState(one.state());

    setGradients(apart, 1);
    setGradients(together, 1);
    flat.gradients().gather();
    one.step();
    other.step();

    assertThat(values(together)).isEqualTo(values(apart));
  }

  @Test
  void aStateThatOneOfThemLacksIsRefused() {
    List<Tensor> apart = parameters();
    Optimizer one = new SGD(apart, 0.1, NESTEROV);
    setGradients(apart, 0);
    one.step();
    Map<String, Tensor> state = one.state();
    state.remove("1.momentum_buffer");

    Optimizer other = new SGD(new FlatParameters(parameters()), 0.1, NESTEROV);

    assertThatThrownBy(() -> other.loadState(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter 1 lacks the state momentum_buffer");
  }

  @Test
  void parametersOfDifferentAgeAreRefused() {
    List<Tensor> apart = parameters();
    Optimizer one = new Adam(apart, 0.1, DECAY);
    setGradients(apart, 0);
    one.step();
    apart.getFirst().zeroGrad();
    one.step();

    Optimizer other = new Adam(new FlatParameters(parameters()), 0.1, DECAY);

    assertThatThrownBy(() -> other.loadState(one.state()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must agree");
  }

  @Test
  void anUpdateNeedsAllGradients() {
    FlatParameters flat = new FlatParameters(parameters());

    assertThatThrownBy(flat.gradients()::gather)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("parameter 0 has none");
  }

  private static List<Tensor> parameters() {
    Generator generator = new Generator(1);
    return List.of(
        Tensor.randn(generator, 3, 5).requiresGrad(true),
        Tensor.randn(generator, 7).requiresGrad(true),
        Tensor.randn(generator, 2, 1, 3, 3).requiresGrad(true));
  }

  private static void setGradients(List<Tensor> parameters, int step) {
    Generator generator = new Generator(10 + step);
    parameters.forEach(p -> p.setGrad(Tensor.randn(generator, p.shape())));
  }

  private static List<List<Double>> values(List<Tensor> tensors) {
    return tensors.stream().map(FlatParametersTest::values).toList();
  }

  private static List<Double> values(Tensor tensor) {
    return Arrays.stream(tensor.toDoubleArray()).boxed().toList();
  }

  private static Map<String, List<Double>> values(Map<String, Tensor> state) {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    state.forEach((name, tensor) -> values.put(name, values(tensor)));
    return values;
  }
}
