package dev.gradkeeper.service.jobs;

import dev.gradkeeper.service.web.Limits;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Holds requests until a job is in a final state. A change in this process wakes them; for those of
 * other processes they look at the database once a second. No connection is held meanwhile.
 */
@Component
class JobWatch {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
  private final JobReader reader;
  private final int places;

  JobWatch(JobReader reader, Limits limits) {
    this.reader = reader;
    this.places = limits.waiting();
  }

  /**
   * Returns when the job is in a final state, is gone, or the time is up; at once if too many
   * requests wait already.
   */
  void await(String projectId, String jobId, Duration time) {
    if (waiters.size() >= places) {
      return;
    }
    // Not the time of day, which may be set while somebody waits.
    long end = System.nanoTime() + time.toNanos();
    // Registered before the first look, so that no change falls between the two.
    Waiter waiter = new Waiter(jobId);
    waiters.add(waiter);
    try {
      Duration left = time;
      while (left.isPositive() && isUnfinished(projectId, jobId)) {
        waiter.await(left.compareTo(POLL) < 0 ? left : POLL);
        left = Duration.ofNanos(end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiters.remove(waiter);
    }
  }

  private boolean isUnfinished(String projectId, String jobId) {
    return reader.state(projectId, jobId).map(state -> !state.isFinal()).orElse(false);
  }

  @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
  void changed(JobChanged event) {
    for (Waiter waiter : waiters) {
      if (waiter.jobId.equals(event.jobId())) {
        waiter.wake();
      }
    }
  }

  private static final class Waiter {
    private final String jobId;
    private final Semaphore changes = new Semaphore(0);

    Waiter(String jobId) {
      this.jobId = jobId;
    }

    void wake() {
      changes.release();
    }

    void await(Duration time) throws InterruptedException {
      if (changes.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS)) {
        changes.drainPermits();
      }
    }
  }
}
