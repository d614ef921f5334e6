package dev.gradkeeper.engine.data;

/**
 * Where an epoch stands, for going on from the middle of it.
 *
 * @param seed of the sampler's order
 * @param position batches given out so far
 */
public record EpochState(long seed, int position) {}
