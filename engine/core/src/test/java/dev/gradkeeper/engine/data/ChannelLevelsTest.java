package dev.gradkeeper.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelLevelsTest {
  private static final int REPEATS = 20_000;

  /** All bytes, in some order, behind others. */
  private static float[] apply(ChannelLevels levels, byte[] bytes) {
    float[] out = new float[bytes.length + 3];
    levels.apply(bytes.clone(), 1, bytes.length - 1, out, 3);
    return out;
  }

  private static byte[] shuffled(Random random) {
    byte[] bytes = new byte[600];
    random.nextBytes(bytes);
    for (int i = 0; i < 256; i++) {
      bytes[1 + i] = (byte) i;
    }
    return bytes;
  }

  private static void assertDivided(ChannelLevels levels, byte[] bytes, float... meansAndStds) {
    float[] out = apply(levels, bytes);
    for (int i = 1; i < bytes.length; i++) {
      float expected = (bytes[i] & 0xff) / 255f;
      for (int n = 0; n < meansAndStds.length; n += 2) {
        expected = (expected - meansAndStds[n]) / meansAndStds[n + 1];
      }
      if (Float.floatToRawIntBits(out[2 + i]) != Float.floatToRawIntBits(expected)) {
        assertThat(out[2 + i]).as("of byte %d", bytes[i] & 0xff).isEqualTo(expected);
      }
    }
  }

  @Test
  void givesTheBitsOfTheDivisionsInterpretedAndCompiled() {
    Random random = new Random(1);
    byte[] bytes = shuffled(random);
    assertDivided(new ChannelLevels(), bytes);
    for (int i = 0; i < REPEATS; i++) {
      float mean = random.nextFloat();
      float std = (random.nextBoolean() ? 1 : -1) * (random.nextFloat() + 1e-3f);
      ChannelLevels levels = new ChannelLevels();
      levels.normalize(mean, std);
      assertDivided(levels, bytes, mean, std);
    }
  }

  @Test
  void looksUpWhatTheProductsDoNotReach() {
    byte[] bytes = shuffled(new Random(2));
    for (float std : new float[] {Float.MIN_VALUE, 1e-42f, 1e38f, Float.MAX_VALUE}) {
      ChannelLevels levels = new ChannelLevels();
      levels.normalize(0.5f, std);
      assertDivided(levels, bytes, 0.5f, std);
    }
    ChannelLevels twice = new ChannelLevels();
    twice.normalize(0.5f, 0.25f);
    twice.normalize(-0.1f, 3);
    assertDivided(twice, bytes, 0.5f, 0.25f, -0.1f, 3);
  }
}
