package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.data.Helpers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that do the parts of a step together. A round of tasks costs one barrier: who has nothing
 * to do spins for some microseconds, since steps follow each other closely, and then parks, so that
 * a busy machine's processors are not worn out by waiting.
 *
 * <ul>
 *   <li>Every task of a round is run once, by whichever thread is free; when {@link #run} returns,
 *       all are done and what they wrote is visible to the caller.
 *   <li>The calling thread works too. Rounds allocate nothing.
 *   <li>The first failure of a round is thrown to the caller, after the others are done.
 * </ul>
 */
final class Crew implements Helpers, AutoCloseable {
  /** Some 20 microseconds. */
  private static final int SPINS = 1000;

  private static final int LEFT_BITS = 32;
  private static final long LEFT = (1L << LEFT_BITS) - 1;

  private final Member[] members;

  /** The round's number in the upper half, how many of its tasks nobody has taken in the lower. */
  private final AtomicLong ticket = new AtomicLong();

  private final AtomicInteger undone = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile Runnable[] tasks = {};
  private volatile Thread caller;
  private volatile boolean closed;
  private boolean started;

  /**
   * @param threads that work, the caller's among them
   */
  Crew(int threads) {
    members = new Member[threads - 1];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member("shard-" + (i + 1));
    }
  }

  @Override
  public int threads() {
    return members.length + 1;
  }

  /** One thread at a time may call this. */
  @Override
  public void run(Runnable[] round) {
    if (round.length <= 1 || members.length == 0) {
      Helpers.NONE.run(round);
      return;
    }
    if (!started) {
      started = true;
      for (Member member : members) {
        member.start();
      }
    }
    caller = Thread.currentThread();
    undone.set(round.length);
    tasks = round;
    ticket.set((((ticket.get() >>> LEFT_BITS) + 1) << LEFT_BITS) | round.length);
    for (Member member : members) {
      if (member.parked) {
        LockSupport.unpark(member);
      }
    }
    while (takeOne()) {
      // until none is left
    }
    for (int spins = 0; undone.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
    switch (failure.getAndSet(null)) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }

  /** Whether there was a task left. */
  private boolean takeOne() {
    long taken = ticket.get();
    int left = (int) (taken & LEFT);
    if (left == 0) {
      return false;
    }
    if (!ticket.compareAndSet(taken, taken - 1)) {
      return true;
    }
    // The round cannot end, nor its tasks be replaced, before this one is done.
    try {
      tasks[tasks.length - left].run();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
    if (undone.decrementAndGet() == 0) {
      LockSupport.unpark(caller);
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    for (Member member : members) {
      LockSupport.unpark(member);
    }
  }

  private final class Member extends Thread {
    private volatile boolean parked;

    Member(String name) {
      super(name);
      setDaemon(true);
    }

    @Override
    public void run() {
      int spins = 0;
      while (!closed) {
        long seen = ticket.get();
        if (takeOne()) {
          spins = 0;
        } else if (++spins < SPINS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (ticket.get() == seen && !closed) {
            LockSupport.park(Crew.this);
          }
          parked = false;
        }
      }
    }
  }
}
