package dev.gradkeeper.engine.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gradkeeper.engine.Golden;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Against numbers that PyTorch drew: golden/torch-cpu-rng.json. */
class GeneratorTest {
  private static final JsonNode GOLDEN = Golden.read("torch-cpu-rng.json");

  private static float[] rand(Generator generator, int n) {
    float[] out = new float[n];
    generator.uniform(out, 0, n, 0, 1);
    return out;
  }

  private static float[] randn(Generator generator, int n) {
    float[] out = new float[n];
    generator.normal(out, 0, n, 0, 1);
    return out;
  }

  private static JsonNode golden(long seed) {
    return GOLDEN.get("seed " + seed);
  }

  private static void assertArray(float[] drawn, JsonNode expected, String first) {
    float[] head = Golden.floats(expected.get(first));
    assertThat(Arrays.copyOf(drawn, head.length)).containsExactly(head);
    assertThat(Golden.crc(drawn)).isEqualTo(expected.get("crc").stringValue());
  }

  @Test
  void engineOutputsAreThoseOfMt19937() {
    Generator generator = new Generator(42);
    assertThat(IntStream.range(0, 5).mapToLong(i -> Integer.toUnsignedLong(generator.nextInt())))
        .containsExactly(1608637542L, 3421126067L, 4083286876L, 787846414L, 3143890026L);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 123456789012345L})
  void uniformNumbers(long seed) {
    JsonNode golden = golden(seed);
    assertArray(rand(new Generator(seed), 1000), golden.get("rand1000"), "first5");

    float[] uniform = new float[1000];
    new Generator(seed).uniform(uniform, 0, 1000, -0.31, 0.31);
    assertArray(uniform, golden.get("uniform_-0.31_0.31_1000"), "first5");

    double[] doubles = new double[3];
    new Generator(seed).uniform(doubles, 0, 3, 0, 1);
    assertThat(doubles).containsExactly(Golden.doubles(golden.get("rand_double3")));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 123456789012345L})
  void normalNumbers(long seed) {
    JsonNode golden = golden(seed);
    Generator generator = new Generator(seed);
    assertThat(randn(generator, 5)).containsExactly(Golden.floats(golden.get("randn5")));
    assertThat(randn(generator, 2))
        .containsExactly(Golden.floats(golden.get("randn2_after_randn5_uses_cached")));

    for (int n : new int[] {16, 21}) {
      assertThat(randn(new Generator(seed), n))
          .containsExactly(Golden.floats(golden.get("randn" + n)));
    }
    assertArray(randn(new Generator(seed), 1600), golden.get("randn1600"), "first5");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 123456789012345L})
  void integersAndPermutations(long seed) {
    JsonNode golden = golden(seed);
    assertThat(new Generator(seed).randperm(10))
        .containsExactly(Golden.ints(golden.get("randperm10")));

    long[] random = new long[3];
    new Generator(seed).random(random, 0, 3);
    assertThat(random).containsExactly(Golden.longs(golden.get("random_int64_x3")));

    long[] digits = new long[10];
    new Generator(seed).randint(digits, 0, 10, 0, 10);
    assertThat(digits).containsExactly(Golden.longs(golden.get("randint_0_10_x10")));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 123456789012345L})
  void dropoutMask(long seed) {
    float[] mask = new float[20];
    new Generator(seed).bernoulli(mask, 0, 20, 1 - 0.3);
    for (int i = 0; i < mask.length; i++) {
      mask[i] /= (float) (1 - 0.3);
    }
    assertThat(mask)
        .containsExactly(Golden.floats(golden(seed).get("dropout_0.3_ones20_default_path")));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 123456789012345L})
  void defaultInitialisationOfTheTutorialNetwork(long seed) {
    record Layer(String name, int outputs, int fanIn) {}
    Generator generator = new Generator(seed);
    for (Layer layer :
        new Layer[] {
          new Layer("conv1", 6, 75),
          new Layer("conv2", 16, 150),
          new Layer("fc1", 120, 400),
          new Layer("fc2", 84, 120),
          new Layer("fc3", 10, 84)
        }) {
      double gain = Math.sqrt(2 / (1 + Math.sqrt(5) * Math.sqrt(5)));
      double bound = Math.sqrt(3) * (gain / Math.sqrt(layer.fanIn));
      float[] weight = new float[layer.outputs * layer.fanIn];
      generator.uniform(weight, 0, weight.length, -bound, bound);
      float[] bias = new float[layer.outputs];
      double biasBound = 1 / Math.sqrt(layer.fanIn);
      generator.uniform(bias, 0, bias.length, -biasBound, biasBound);

      JsonNode lenet = golden(seed).get("lenet");
      assertArray(weight, lenet.get(layer.name + ".weight"), "first3");
      assertArray(bias, lenet.get(layer.name + ".bias"), "first3");
    }
  }

  @Test
  void wideRangesTake64Bits() {
    long[] out = new long[1];
    Generator narrow = new Generator(5);
    narrow.randint(out, 0, 1, 0, (1 << 28) - 1);
    Generator reference = new Generator(5);
    assertThat(out[0]).isEqualTo(Integer.toUnsignedLong(reference.nextInt()) % ((1 << 28) - 1));
    assertThat(narrow.nextInt()).isEqualTo(reference.nextInt());

    Generator wide = new Generator(5);
    wide.randint(out, 0, 1, -3, (1 << 28) - 3);
    assertThat(out[0]).isEqualTo(Long.remainderUnsigned(new Generator(5).nextLong(), 1 << 28) - 3);
  }

  @Test
  void doubleNormalsFollowTheBlocksOfTheFloatOnes() {
    double[] out = new double[21];
    Generator generator = new Generator(1);
    generator.normal(out, 0, 21, 3, 2);

    double[] uniform = new double[37];
    Generator reference = new Generator(1);
    reference.uniform(uniform, 0, 37, 0, 1);
    double radius = Math.sqrt(-2 * Math.log(1 - uniform[0]));
    assertThat(out[0]).isEqualTo(radius * Math.cos(2 * Math.PI * uniform[8]) * 2 + 3);
    double lastRadius = Math.sqrt(-2 * Math.log(1 - uniform[21 + 7]));
    assertThat(out[20]).isEqualTo(lastRadius * Math.sin(2 * Math.PI * uniform[36]) * 2 + 3);
    assertThat(generator.nextInt()).isEqualTo(reference.nextInt());
  }

  @Test
  void fillsOnlyTheRangeAsked() {
    float[] out = new float[40];
    new Generator(3).normal(out, 5, 21, 0, 1);
    float[] alone = randn(new Generator(3), 21);
    assertThat(Arrays.copyOfRange(out, 5, 26)).containsExactly(alone);
    assertThat(Arrays.copyOf(out, 5)).containsOnly(0f);
    assertThat(Arrays.copyOfRange(out, 26, 40)).containsOnly(0f);
  }

  @Test
  void stateGoesOnInTheMiddleOfEverything() {
    Generator generator = new Generator(-7);
    rand(generator, 700);
    randn(generator, 5);
    byte[] state = generator.getState();
    assertThat(state).hasSize(5056);
    float[] expected = randn(generator, 4);

    Generator other = new Generator(1).setState(state);
    assertThat(other.initialSeed()).isEqualTo(-7);
    assertThat(other.getState()).isEqualTo(state);
    assertThat(randn(other, 4)).containsExactly(expected);
    assertThat(other.getState()).isEqualTo(generator.getState());
  }

  @Test
  void stateHasPyTorchsFields() {
    Generator generator = new Generator(42);
    ByteBuffer fresh = ByteBuffer.wrap(generator.getState()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(fresh.getLong(0)).isEqualTo(42);
    assertThat(fresh.getInt(8)).as("left").isEqualTo(1);
    assertThat(fresh.getInt(12)).as("seeded").isEqualTo(1);
    assertThat(fresh.getLong(16)).as("next").isEqualTo(0);
    assertThat(fresh.getLong(24)).as("first word").isEqualTo(42);

    randn(generator, 1);
    ByteBuffer drawn = ByteBuffer.wrap(generator.getState()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(drawn.getInt(8)).as("left").isEqualTo(621);
    assertThat(drawn.getLong(16)).as("next").isEqualTo(4);
    assertThat(drawn.getInt(5040)).as("cached normal is valid").isEqualTo(1);
    assertThat((float) drawn.getDouble(5024)).isEqualTo(randn(generator, 1)[0]);
  }

  @Test
  void refusesWhatIsNoState() {
    Generator generator = new Generator(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generator.setState(new byte[5055]))
        .withMessageContaining("expected 5056 bytes, got 5055");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generator.setState(new byte[5056]))
        .withMessageContaining("inconsistent");
  }

  @Test
  void refusesWrongArguments() {
    Generator generator = new Generator(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generator.randint(new long[1], 0, 1, 3, 3))
        .withMessageContaining("low=3 and high=3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generator.randperm(-1))
        .withMessageContaining("got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generator.bernoulli(new float[1], 0, 1, Double.NaN))
        .withMessageContaining("got NaN");
  }
}
