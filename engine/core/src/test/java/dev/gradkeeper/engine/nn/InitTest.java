package dev.gradkeeper.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class InitTest {
  private static final JsonNode GOLDEN = Golden.read("torch-cpu-rng.json").get("seed 42");

  @Test
  void uniformAndNormalAreTheGeneratorsStreams() {
    Tensor uniform = Init.uniform(Tensor.zeros(10, 100), -0.31, 0.31, new Generator(42));
    assertThat(Golden.crc(uniform.toFloatArray()))
        .isEqualTo(GOLDEN.get("uniform_-0.31_0.31_1000").get("crc").stringValue());
    Tensor normal = Init.normal(Tensor.zeros(40, 40), 0, 1, new Generator(42));
    assertThat(Golden.crc(normal.toFloatArray()))
        .isEqualTo(GOLDEN.get("randn1600").get("crc").stringValue());
  }

  /** ±√(6/(fanIn + fanOut)): for 2·9 inputs and 4·9 outputs of a channel a third. */
  @Test
  void xavierFillsItsRange() {
    float[] values =
        Init.xavierUniform(Tensor.zeros(4, 2, 3, 3), 1, new Generator(0)).toFloatArray();
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isBetween(0.32f, 1f / 3);
  }

  @Test
  void constants() {
    Tensor tensor = Tensor.zeros(2);
    assertThat(Init.ones(tensor).toFloatArray()).containsExactly(1, 1);
    assertThat(Init.constant(tensor, 0.25).toFloatArray()).containsExactly(0.25f, 0.25f);
    assertThat(Init.zeros(tensor).toFloatArray()).containsExactly(0, 0);
    assertThat(tensor.version()).isEqualTo(3);
  }

  @Test
  void aVectorHasNoFan() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Init.kaimingUniform(Tensor.zeros(3), 0, new Generator(0)))
        .withMessageContaining("[3]");
  }

  /** An initializer replaces the default draw; the draws of the others stay in their places. */
  @Test
  void aReplacedDrawIsNotMade() {
    Linear defaults = new Linear(3, 2, new Generator(0));
    Linear replaced =
        new Linear(
            3,
            2,
            LayerOptions.defaults().withWeightInit((weight, _) -> Init.zeros(weight)),
            new Generator(0));

    assertThat(replaced.weight().toFloatArray()).containsOnly(0);
    float[] firstDraws = new float[2];
    new Generator(0).uniform(firstDraws, 0, 2, -1 / Math.sqrt(3), 1 / Math.sqrt(3));
    assertThat(replaced.bias().toFloatArray()).isEqualTo(firstDraws);
    assertThat(defaults.bias().toFloatArray()).isNotEqualTo(firstDraws);
  }
}
