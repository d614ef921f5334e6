package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.jobs.JobChanged;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Wakes this process's worker when there may be something for it: a job was queued, a client wants
 * one to end. What is missed, or comes from another replica, is found by polling.
 */
@Component
class WorkSignal {

  private final Semaphore pending = new Semaphore(0);

  @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
  void changed(JobChanged event) {
    wake();
  }

  /** There may be something to do. */
  void wake() {
    if (pending.availablePermits() == 0) {
      pending.release();
    }
  }

  /** Waits for {@link #wake}, or until the time is up. */
  void await(long nanos) throws InterruptedException {
    if (pending.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      pending.drainPermits();
    }
  }
}
