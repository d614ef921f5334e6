package dev.gradkeeper.engine.train.spec;

/**
 * How far a run has come.
 *
 * @param step updates made
 * @param epoch the one under way, from 1
 * @param batches of that epoch done
 * @param windowSize of these, those of the accumulation window under way
 */
public record Reached(long step, int epoch, int batches, int windowSize) {}
