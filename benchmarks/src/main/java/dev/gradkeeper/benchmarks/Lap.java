package dev.gradkeeper.benchmarks;

/**
 * Some steps in a row.
 *
 * @param nanos by the clock
 * @param cpuNanos on the processor: of the thread that trains, or of all of a service
 * @param loss of the last step
 * @param allocatedBytes of the thread that trains, meanwhile; 0 for what does not run in Java
 */
public record Lap(int steps, long nanos, long cpuNanos, double loss, long allocatedBytes) {

  public double microsPerStep() {
    return nanos / 1e3 / steps;
  }

  public double cpuMicrosPerStep() {
    return cpuNanos / 1e3 / steps;
  }
}
