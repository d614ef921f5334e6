package dev.gradkeeper.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Clock and processor time of the calling thread since it was started. */
public final class Stopwatch {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long cpuStart = THREADS.getCurrentThreadCpuTime();
  private final long start = System.nanoTime();

  public Lap lap(int steps, double loss) {
    long nanos = System.nanoTime() - start;
    return new Lap(steps, nanos, THREADS.getCurrentThreadCpuTime() - cpuStart, loss);
  }
}
