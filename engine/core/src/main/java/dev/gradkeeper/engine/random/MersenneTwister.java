package dev.gradkeeper.engine.random;

/**
 * MT19937 of 32-bit words. M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally
 * equidistributed uniform pseudo-random number generator", ACM TOMACS 8 (1998); seeding of 2002.
 */
final class MersenneTwister {
  static final int WORDS = 624;
  private static final int SHIFT = 397;
  private static final int TWIST = 0x9908b0df;

  final int[] words = new int[WORDS];

  /** The word that the next draw reads; 0 right after seeding, when the words are still raw. */
  int next;

  /** Only the low 32 bits of a seed count. */
  void seed(int seed) {
    words[0] = seed;
    for (int j = 1; j < WORDS; j++) {
      words[j] = 1812433253 * (words[j - 1] ^ (words[j - 1] >>> 30)) + j;
    }
    next = 0;
  }

  int nextInt() {
    if (next == 0 || next == WORDS) {
      regenerate();
      next = 0;
    }
    int y = words[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void regenerate() {
    for (int i = 0; i < WORDS; i++) {
      int following = words[i + 1 < WORDS ? i + 1 : 0];
      int y = (words[i] & 0x80000000) | (following & 0x7fffffff);
      int shifted = i + SHIFT;
      words[i] =
          words[shifted < WORDS ? shifted : shifted - WORDS]
              ^ (y >>> 1)
              ^ ((following & 1) == 0 ? 0 : TWIST);
    }
  }
}
