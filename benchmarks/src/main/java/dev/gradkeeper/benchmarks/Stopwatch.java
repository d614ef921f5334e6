package dev.gradkeeper.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Clock, processor time and allocated bytes of the calling thread since it was started. */
public final class Stopwatch {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long allocatedStart = THREADS.getCurrentThreadAllocatedBytes();
  private final long cpuStart = THREADS.getCurrentThreadCpuTime();
  private final long start = System.nanoTime();

  public Lap lap(int steps, double loss) {
    long nanos = System.nanoTime() - start;
    long cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuStart;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedStart;
    return new Lap(steps, nanos, cpuNanos, loss, allocated);
  }
}
