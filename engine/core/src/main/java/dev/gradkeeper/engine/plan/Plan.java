package dev.gradkeeper.engine.plan;

/**
 * Kernel calls in the order in which they were enqueued, on the views that they had then. Running
 * it does the same work on what those views hold now, and allocates nothing.
 */
public final class Plan {
  private final Runnable[] calls;

  Plan(Runnable[] calls) {
    this.calls = calls;
  }

  /** Enqueues all of them again, in order. */
  public void run() {
    for (Runnable call : calls) {
      call.run();
    }
  }

  /** Number of kernel calls. */
  public int size() {
    return calls.length;
  }
}
