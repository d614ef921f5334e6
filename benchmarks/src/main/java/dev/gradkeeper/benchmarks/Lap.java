package dev.gradkeeper.benchmarks;

/**
 * Some steps in a row.
 *
 * @param nanos by the clock
 * @param cpuNanos of the thread that trains; 0 where it is in another process
 * @param loss of the last step
 */
public record Lap(int steps, long nanos, long cpuNanos, double loss) {

  public double microsPerStep() {
    return nanos / 1e3 / steps;
  }

  public double cpuMicrosPerStep() {
    return cpuNanos / 1e3 / steps;
  }
}
