package dev.gradkeeper.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.programs.LeNet;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class InitialWeightsTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 123456789012345L})
  void theTutorialNetworkStartsWithPyTorchsBits(long seed) {
    JsonNode golden = Golden.read("torch-cpu-rng.json").get("seed " + seed).get("lenet");

    Map<String, Tensor> parameters = new LeNet(new Generator(seed)).namedParameters();

    assertThat(parameters.keySet())
        .containsExactlyElementsOf(new ArrayList<>(golden.propertyNames()));
    parameters.forEach(
        (name, parameter) -> {
          float[] values = parameter.toFloatArray();
          assertThat(Arrays.copyOf(values, 3))
              .as(name)
              .isEqualTo(Golden.floats(golden.get(name).get("first3")));
          assertThat(Golden.crc(values))
              .as(name)
              .isEqualTo(golden.get(name).get("crc").stringValue());
        });
  }
}
