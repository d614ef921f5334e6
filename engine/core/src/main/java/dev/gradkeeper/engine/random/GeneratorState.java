package dev.gradkeeper.engine.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of {@code torch.Generator.get_state()}, little-endian: u64 seed; i32 left; i32 seeded;
 * u64 next; 624 words of u64; f64 0; f64 cached normal; f64 0; i32 whether it is valid; 4 unused; a
 * float32 normal and its validity with 4 more bytes, which no CPU operation sets.
 */
record GeneratorState(
    long seed, int[] words, int next, boolean hasCachedNormal, double cachedNormal) {
  private static final int BYTES = 5056;

  static byte[] write(
      long seed, MersenneTwister engine, boolean hasCachedNormal, double cachedNormal) {
    ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(seed).putInt(left(engine.next)).putInt(1).putLong(engine.next);
    for (int word : engine.words) {
      out.putLong(word & 0xffffffffL);
    }
    out.putDouble(0).putDouble(hasCachedNormal ? cachedNormal : 0).putDouble(0);
    out.putInt(hasCachedNormal ? 1 : 0);
    return out.array();
  }

  static GeneratorState read(byte[] state) {
    if (state.length != BYTES) {
      throw new IllegalArgumentException(
          "generator state: expected %d bytes, got %d".formatted(BYTES, state.length));
    }
    ByteBuffer in = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
    long seed = in.getLong();
    int left = in.getInt();
    int seeded = in.getInt();
    long next = in.getLong();
    if (seeded != 1 || next < 0 || next > MersenneTwister.WORDS || left != left((int) next)) {
      throw new IllegalArgumentException(
          "generator state: position is inconsistent (seeded=%d, left=%d, next=%d)"
              .formatted(seeded, left, next));
    }
    int[] words = new int[MersenneTwister.WORDS];
    for (int i = 0; i < words.length; i++) {
      words[i] = (int) in.getLong();
    }
    in.getDouble();
    double cachedNormal = in.getDouble();
    in.getDouble();
    return new GeneratorState(seed, words, (int) next, in.getInt() != 0, cachedNormal);
  }

  /** Draws until the words are regenerated, counting the one that does it. */
  private static int left(int next) {
    return next == 0 ? 1 : MersenneTwister.WORDS + 1 - next;
  }
}
