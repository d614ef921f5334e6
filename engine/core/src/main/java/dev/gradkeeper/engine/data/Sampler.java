package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.random.Generator;

/** In which order an epoch visits the samples, as {@code torch.utils.data.Sampler}. */
public sealed interface Sampler {
  /**
   * Draws what determines an epoch's order from the run's generator.
   *
   * @return a seed for {@link #order}
   */
  long draw(Generator generator);

  /** Fills {@code order}, one index a sample, with those of the epoch with this seed. */
  void order(long seed, int[] order);

  /** 0, 1, …, size-1. Draws nothing. */
  final class Sequential implements Sampler {
    @Override
    public long draw(Generator generator) {
      return 0;
    }

    @Override
    public void order(long seed, int[] order) {
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
    }
  }

  /**
   * Every sample once in random order: a permutation by a private generator, whose seed is drawn
   * from the run's (PyTorch 1.9 and later).
   */
  final class Random implements Sampler {
    private final Generator permuter = new Generator();

    @Override
    public long draw(Generator generator) {
      return generator.random();
    }

    @Override
    public void order(long seed, int[] order) {
      permuter.manualSeed(seed);
      permuter.randperm(order);
    }
  }
}
