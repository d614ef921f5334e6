package dev.gradkeeper.benchmarks;

/**
 * One way to do a workload: it starts where every other one starts, and goes on from lap to lap.
 */
public interface Candidate extends AutoCloseable {

  /** Makes that many further training steps. */
  Lap run(int steps);

  @Override
  default void close() {}
}
