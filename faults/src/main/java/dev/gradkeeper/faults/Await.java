package dev.gradkeeper.faults;

import java.time.Duration;

/** Waiting for what other processes do: looked at often, given up at a limit. */
final class Await {

  private static final long LOOK_MILLIS = 20;

  private Await() {}

  /** Something that may not hold yet, or cannot be told now. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /** Whether the condition held before the limit. */
  static boolean holds(Duration limit, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return true;
  }
}
