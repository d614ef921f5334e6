package dev.gradkeeper.benchmarks;

/**
 * Some steps in a row.
 *
 * @param nanos by the clock
 * @param cpuNanos on the processor: of the thread that trains, or of all of a service
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
