package dev.gradkeeper.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Six updates of 4,096 normal numbers by normal gradients: PyTorch's bits. */
class OptimizerBitsTest {
  static Stream<Arguments> optimizers() {
    SGD.Options momentum = SGD.Options.defaults().withMomentum(0.9);
    Adam.Options adam = Adam.Options.defaults();
    return Stream.of(
        optimizer("sgd_lr0.01_m0.9", p -> new SGD(p, 0.01, momentum)),
        optimizer("sgd_lr0.01_m0.9_wd0.01", p -> new SGD(p, 0.01, momentum.withWeightDecay(0.01))),
        optimizer("adam_lr1e-3", p -> new Adam(p, 1e-3)),
        optimizer("adam_lr1e-3_wd0.01", p -> new Adam(p, 1e-3, adam.withWeightDecay(0.01))));
  }

  private static Arguments optimizer(String key, Function<List<Tensor>, Optimizer> make) {
    return Arguments.of(key, make);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizers")
  void updatesAreThoseOfPyTorch(String key, Function<List<Tensor>, Optimizer> make) {
    Generator generator = new Generator(0);
    Tensor parameter = Tensor.randn(generator, 4096).requiresGrad(true);
    Optimizer optimizer = make.apply(List.of(parameter));

    for (int update = 0; update < 6; update++) {
      parameter.setGrad(Tensor.randn(generator, 4096));
      optimizer.step();
    }

    String golden = "optim seed0: P=randn(4096) then 6 grads randn(4096) " + key;
    assertThat(Golden.crc(parameter.toFloatArray()))
        .isEqualTo(Golden.read("torch-cpu-rng.json").get(golden).get("crc").stringValue());
  }
}
