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

  /** The sample indices of the epoch with this seed. */
  int[] order(long seed);

  /** 0, 1, …, size-1. Draws nothing. */
  record Sequential(int size) implements Sampler {
    @Override
    public long draw(Generator generator) {
      return 0;
    }

    @Override
    public int[] order(long seed) {
      int[] order = new int[size];
      for (int i = 0; i < size; i++) {
        order[i] = i;
      }
      return order;
    }
  }

  /**
   * Every sample once in random order: a permutation by a private generator, whose seed is drawn
   * from the run's (PyTorch 1.9 and later).
   */
  record Random(int size) implements Sampler {
    @Override
    public long draw(Generator generator) {
      return generator.random();
    }

    @Override
    public int[] order(long seed) {
      return new Generator(seed).randperm(size);
    }
  }
}
