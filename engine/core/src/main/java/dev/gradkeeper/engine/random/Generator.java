package dev.gradkeeper.engine.random;

import java.util.Objects;

/**
 * PyTorch's CPU generator: the same seed and the same calls give the same bits as {@code
 * torch.Generator} on an x86 machine with AVX2 or AVX-512 (PyTorch 1.9 and later).
 *
 * <p>The numbers depend on how they are asked for, as in PyTorch: {@code normal} over 8 elements
 * twice is not {@code normal} over 16, and a {@code normal} of an odd small size leaves a cached
 * value that the next small one takes.
 *
 * <p>Not thread-safe: each job owns one.
 */
public final class Generator {
  /** The seed of a fresh {@code torch.Generator()}. */
  public static final long DEFAULT_SEED = 67_280_421_310_721L;

  /** {@code randperm} of more elements follows another rule in PyTorch, which is not offered. */
  public static final int MAX_PERMUTATION = 214_748_363;

  private static final long WIDE_RANGE = 1L << 28;
  private static final int BLOCK = 16;

  private final MersenneTwister engine = new MersenneTwister();
  private long seed;
  private boolean hasCachedNormal;
  private double cachedNormal;

  /** Seeded with {@link #DEFAULT_SEED}, as PyTorch's before {@code manual_seed}. */
  public Generator() {
    this(DEFAULT_SEED);
  }

  /** Seeded as {@link #manualSeed} does. */
  public Generator(long seed) {
    manualSeed(seed);
  }

  /** Starts the stream of {@code seed}, of which the low 32 bits count. */
  public Generator manualSeed(long seed) {
    this.seed = seed;
    engine.seed((int) seed);
    hasCachedNormal = false;
    cachedNormal = 0;
    return this;
  }

  /** The seed last given, all 64 bits of it. */
  public long initialSeed() {
    return seed;
  }

  /** 32 random bits. */
  public int nextInt() {
    return engine.nextInt();
  }

  /** 64 random bits: two outputs of the engine, the first one in the high half. */
  public long nextLong() {
    long high = engine.nextInt();
    return (high << 32) | (engine.nextInt() & 0xffffffffL);
  }

  /** {@code torch.Tensor.random_()} of one int64: uniform over [0, 2^63). */
  public long random() {
    return nextLong() & Long.MAX_VALUE;
  }

  /** {@code torch.rand}-like: fills with float32 uniform over [from, to). */
  public void uniform(float[] out, int offset, int length, double from, double to) {
    Objects.checkFromIndexSize(offset, length, out.length);
    float low = (float) from;
    float width = (float) to - low;
    for (int i = offset; i < offset + length; i++) {
      out[i] = Math.fma(uniform24(), width, low);
    }
  }

  /** Fills with float64 uniform over [from, to). */
  public void uniform(double[] out, int offset, int length, double from, double to) {
    Objects.checkFromIndexSize(offset, length, out.length);
    for (int i = offset; i < offset + length; i++) {
      out[i] = Math.fma(uniform53(), to - from, from);
    }
  }

  /**
   * Fills with float32 normal numbers: Box-Muller in float64, one pair at a time, below 16
   * elements; above, in float32 over blocks of 16, the last of which is drawn afresh where the
   * length is no multiple of 16.
   */
  public void normal(float[] out, int offset, int length, double mean, double std) {
    Objects.checkFromIndexSize(offset, length, out.length);
    if (length < BLOCK) {
      for (int i = offset; i < offset + length; i++) {
        out[i] = (float) (standardNormal() * std + mean);
      }
      return;
    }
    uniform(out, offset, length, 0, 1);
    int i = offset;
    for (; i + BLOCK <= offset + length; i += BLOCK) {
      NormalBlock.transform(out, i, (float) mean, (float) std);
    }
    if (i < offset + length) {
      int last = offset + length - BLOCK;
      uniform(out, last, BLOCK, 0, 1);
      NormalBlock.transform(out, last, (float) mean, (float) std);
    }
  }

  /** Fills with float64 normal numbers, in the same blocks as the float32 ones. */
  public void normal(double[] out, int offset, int length, double mean, double std) {
    Objects.checkFromIndexSize(offset, length, out.length);
    if (length < BLOCK) {
      for (int i = offset; i < offset + length; i++) {
        out[i] = standardNormal() * std + mean;
      }
      return;
    }
    uniform(out, offset, length, 0, 1);
    int i = offset;
    for (; i + BLOCK <= offset + length; i += BLOCK) {
      NormalBlock.transform(out, i, mean, std);
    }
    if (i < offset + length) {
      int last = offset + length - BLOCK;
      uniform(out, last, BLOCK, 0, 1);
      NormalBlock.transform(out, last, mean, std);
    }
  }

  /** {@code torch.Tensor.random_()} of int64: uniform over [0, 2^63). */
  public void random(long[] out, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, out.length);
    for (int i = offset; i < offset + length; i++) {
      out[i] = random();
    }
  }

  /** {@code torch.Tensor.random_()} of int32: uniform over [0, 2^31). */
  public void random(int[] out, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, out.length);
    for (int i = offset; i < offset + length; i++) {
      out[i] = nextInt() & Integer.MAX_VALUE;
    }
  }

  /**
   * {@code torch.randint(low, high)}: integers of [low, high). Ranges from 2^28 on take 64 bits a
   * number, as PyTorch does since 2.7.
   *
   * @throws IllegalArgumentException unless {@code low < high}
   */
  public void randint(long[] out, int offset, int length, long low, long high) {
    Objects.checkFromIndexSize(offset, length, out.length);
    if (low >= high) {
      throw new IllegalArgumentException(
          "randint: low must be less than high, got low=%d and high=%d".formatted(low, high));
    }
    long range = high - low;
    boolean wide = Long.compareUnsigned(range, WIDE_RANGE) >= 0;
    for (int i = offset; i < offset + length; i++) {
      long draw = wide ? nextLong() : nextInt() & 0xffffffffL;
      out[i] = low + Long.remainderUnsigned(draw, range);
    }
  }

  /**
   * {@code torch.randperm(n)}: a random order of 0 … n-1.
   *
   * @throws IllegalArgumentException if {@code n} is negative or above {@link #MAX_PERMUTATION}
   */
  public int[] randperm(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("randperm: n must not be negative, got " + n);
    }
    int[] order = new int[n];
    randperm(order);
    return order;
  }

  /** As {@link #randperm(int)} of the array's length, into the array. */
  public void randperm(int[] order) {
    int n = order.length;
    if (n > MAX_PERMUTATION) {
      throw new IllegalArgumentException(
          "randperm: n must be at most %d, got %d".formatted(MAX_PERMUTATION, n));
    }
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = 0; i < n - 1; i++) {
      int j = i + Integer.remainderUnsigned(nextInt(), n - i);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /**
   * {@code torch.Tensor.bernoulli_(p)}: 1 with probability {@code p}, else 0; 64 bits a number (the
   * rule of PyTorch's own kernel; builds that hand this to MKL differ). Dropout of rate r is {@code
   * bernoulli(1 - r)} divided by {@code 1 - r}.
   *
   * @throws IllegalArgumentException unless {@code 0 <= p <= 1}
   */
  public void bernoulli(float[] out, int offset, int length, double p) {
    Objects.checkFromIndexSize(offset, length, out.length);
    requireProbability(p);
    for (int i = offset; i < offset + length; i++) {
      out[i] = uniform53() < p ? 1f : 0f;
    }
  }

  /** As {@link #bernoulli(float[], int, int, double)}, the same draws. */
  public void bernoulli(double[] out, int offset, int length, double p) {
    Objects.checkFromIndexSize(offset, length, out.length);
    requireProbability(p);
    for (int i = offset; i < offset + length; i++) {
      out[i] = uniform53() < p ? 1d : 0d;
    }
  }

  /** The state as the bytes of {@code torch.Generator.get_state()}: 5,056 of them. */
  public byte[] getState() {
    return GeneratorState.write(seed, engine, hasCachedNormal, cachedNormal);
  }

  /**
   * Goes on from a state that {@link #getState} or PyTorch wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such state
   */
  public Generator setState(byte[] state) {
    GeneratorState read = GeneratorState.read(state);
    seed = read.seed();
    System.arraycopy(read.words(), 0, engine.words, 0, MersenneTwister.WORDS);
    engine.next = read.next();
    hasCachedNormal = read.hasCachedNormal();
    cachedNormal = read.cachedNormal();
    return this;
  }

  private static void requireProbability(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("bernoulli: p must be between 0 and 1, got " + p);
    }
  }

  private float uniform24() {
    return (engine.nextInt() & 0xffffff) * 0x1p-24f;
  }

  private double uniform53() {
    return (nextLong() & ((1L << 53) - 1)) * 0x1p-53;
  }

  /** Box and Muller's transform; the sine of each pair waits for the next call. */
  private double standardNormal() {
    if (hasCachedNormal) {
      hasCachedNormal = false;
      return cachedNormal;
    }
    double angle = 2 * Math.PI * uniform53();
    double radius = Math.sqrt(-2 * StrictMath.log1p(-uniform53()));
    cachedNormal = radius * StrictMath.sin(angle);
    hasCachedNormal = true;
    return radius * StrictMath.cos(angle);
  }
}
