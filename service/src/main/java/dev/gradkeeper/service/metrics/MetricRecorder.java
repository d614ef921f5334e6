package dev.gradkeeper.service.metrics;

import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.LeaseLostException;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.lease.WorkerTransactions.FencedWork;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.springframework.dao.DataAccessException;

/**
 * Stores every step of one run.
 *
 * <ul>
 *   <li>The training thread hands a step over without garbage, locks or waiting; it waits only
 *       while the buffer is full.
 *   <li>A thread of its own stores what is there when a row is full, at each flush interval, and at
 *       the end, in fenced transactions that also move the job's progress. A transaction takes the
 *       processor a millisecond or two, so rows of fast steps are stored together: the next one
 *       comes half a flush interval after the last, or when half a buffer is full.
 *   <li>While the database cannot be had it tries on, with the same rows, whose keys make that
 *       harmless.
 *   <li>Once the lease is lost, or storing fails for good, the next step throws.
 *   <li>A checkpoint and the last of the steps before it commit together, and so do the last steps
 *       and the end of the job.
 * </ul>
 */
public final class MetricRecorder implements TrainingListener {

  private static final int ROWS_OF_A_FLUSH = 16;
  private static final long WAIT_NANOS = 1_000_000;

  private final Lease lease;
  private final boolean clips;
  private final int chunkSteps;
  private final int halfBuffer;
  private final long flushNanos;
  private final WorkerTransactions transactions;
  private final MetricMeters meters;
  private final StepBuffer steps;
  private final PointBuffer points;
  private final long startMicros;
  private final long startNanos;
  private final Thread flusher;

  private volatile Checkpoint checkpoint;
  private volatile RuntimeException failure;
  private volatile FencedWork<?> end;
  private volatile boolean ended;

  /** When the flushing thread, which alone knows it, last stored something. */
  private long flushedNanos;

  /**
   * @param steps that must be stored no later than it
   * @param failed is told why it cannot be stored; the steps are, without it
   */
  private record Checkpoint(long steps, FencedWork<?> work, Consumer<Exception> failed) {}

  /**
   * @param clips whether the job clips gradients, so that the clipped norm is a series of its own
   */
  MetricRecorder(
      Lease lease,
      boolean clips,
      long startMicros,
      int chunkSteps,
      int bufferSteps,
      long flushNanos,
      WorkerTransactions transactions,
      MetricMeters meters) {
    this.lease = lease;
    this.clips = clips;
    this.chunkSteps = chunkSteps;
    this.halfBuffer = bufferSteps / 2;
    this.flushNanos = flushNanos;
    this.transactions = transactions;
    this.meters = meters;
    this.steps = new StepBuffer(bufferSteps);
    this.points = new PointBuffer(bufferSteps);
    this.startMicros = startMicros;
    this.startNanos = System.nanoTime();
    this.flushedNanos = startNanos - flushNanos;
    this.flusher = Thread.ofPlatform().name("metrics-" + lease.jobId()).unstarted(this::flush);
  }

  void start() {
    flusher.start();
  }

  @Override
  public void onStep(
      long step, int epoch, float loss, float gradNorm, double lr, float gradNormClipped) {
    throwFailure();
    long micros = startMicros + (System.nanoTime() - startNanos) / 1000;
    if (!steps.offer(step, micros, epoch, loss, gradNorm, gradNormClipped, lr)) {
      meters.bufferFull();
      do {
        awaitRoom();
      } while (!steps.offer(step, micros, epoch, loss, gradNorm, gradNormClipped, lr));
    }
    int size = steps.size();
    if (size == chunkSteps || size == halfBuffer) {
      LockSupport.unpark(flusher);
    }
  }

  @Override
  public void onValue(String series, long step, double value) {
    throwFailure();
    while (!points.offer(series, step, (float) value)) {
      awaitRoom();
    }
    if (points.size() == halfBuffer) {
      LockSupport.unpark(flusher);
    }
  }

  /** Whether a checkpoint waits for its transaction. */
  public boolean hasCheckpoint() {
    return checkpoint != null;
  }

  /**
   * Stores a checkpoint with the last of the steps before it, soon; waits while one before it is
   * being stored. Called by the training thread.
   *
   * @param failed is told why that is not possible; steps are stored all the same
   */
  public void storeCheckpoint(FencedWork<?> work, Consumer<Exception> failed) {
    throwFailure();
    while (hasCheckpoint()) {
      awaitRoom();
    }
    checkpoint = new Checkpoint(steps.written(), work, failed);
    LockSupport.unpark(flusher);
  }

  private void awaitRoom() {
    LockSupport.unpark(flusher);
    LockSupport.parkNanos(this, WAIT_NANOS);
    throwFailure();
  }

  private void throwFailure() {
    RuntimeException e = failure;
    if (e != null) {
      throw e;
    }
  }

  /** The lease is known to be lost: nothing more is stored, and the run's next step throws. */
  public void leaseLost() {
    failure = new LeaseLostException(lease);
    LockSupport.unpark(flusher);
  }

  /**
   * Nothing more is stored, and the run's next step throws: the process ends without the database.
   */
  public void abandon() {
    failure = new IllegalStateException(lease.jobId() + " is abandoned: the service stops");
    LockSupport.unpark(flusher);
  }

  /**
   * Stores what is left and, in the same transaction as the last of it, ends the job. Called by the
   * training thread, after its last step.
   *
   * @throws LeaseLostException if the job is no longer this worker's: it was not ended
   * @throws IllegalStateException if storing failed for good: it was not ended
   */
  public void finish(FencedWork<?> end) {
    this.end = end;
    LockSupport.unpark(flusher);
    boolean interrupted = false;
    while (flusher.isAlive()) {
      try {
        flusher.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      throwFailure();
    }
  }

  private void flush() {
    try {
      while (!ended) {
        awaitWork();
        if (failure != null) {
          return;
        }
        flushOnce();
      }
    } catch (LeaseLostException e) {
      failure = e;
    } catch (SQLException | RuntimeException | Error e) {
      if (failure == null) {
        failure = new IllegalStateException("steps cannot be stored: " + e.getMessage(), e);
      }
    }
  }

  private void awaitWork() {
    long start = System.nanoTime();
    long left;
    while (end == null
        && failure == null
        && checkpoint == null
        && steps.size() < halfBuffer
        && points.size() < halfBuffer
        && (left = nextFlush(start) - System.nanoTime()) > 0) {
      LockSupport.parkNanos(this, left);
    }
  }

  private long nextFlush(long start) {
    return steps.size() < chunkSteps ? start + flushNanos : flushedNanos + flushNanos / 2;
  }

  private void flushOnce() throws SQLException {
    // Read before the buffers: when the end is set, the training thread writes no more, and what
    // comes before a checkpoint is there.
    FencedWork<?> end = this.end;
    Checkpoint waiting = checkpoint;
    List<StepChunk> stepRows = steps.chunks(ROWS_OF_A_FLUSH, chunkSteps, clips);
    int stepCount = stepRows.stream().mapToInt(StepChunk::size).sum();
    int pointCount = points.size();
    List<SeriesChunk> seriesRows = points.chunks(pointCount);
    boolean last = end != null && steps.size() == stepCount;
    boolean saves = waiting != null && steps.released() + stepCount >= waiting.steps;
    if (stepCount + pointCount == 0 && !saves && !last) {
      return;
    }
    long start = System.nanoTime();
    FencedWork<?> work =
        (connection, state) -> {
          ChunkStore.write(connection, lease, stepRows, seriesRows);
          return last ? end.in(connection, state) : null;
        };
    if (saves) {
      storeWith(waiting, work);
    } else {
      store(work);
    }
    steps.release(stepCount);
    points.release(pointCount);
    flushedNanos = System.nanoTime();
    meters.flushed(stepCount, flushedNanos - start);
    ended = last;
  }

  private void storeWith(Checkpoint waiting, FencedWork<?> work) throws SQLException {
    try {
      store(
          (connection, state) -> {
            waiting.work.in(connection, state);
            return work.in(connection, state);
          });
    } catch (SQLException | DataAccessException e) {
      if (failure != null) {
        throw e;
      }
      waiting.failed.accept(e);
      store(work);
    }
    checkpoint = null;
  }

  private void store(FencedWork<?> work) throws SQLException {
    transactions.runFencedPatiently(lease, work, () -> failure != null);
  }
}
