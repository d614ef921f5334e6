package dev.gradkeeper.engine.kernel.accelerator;

/** A GPU or its like. Each job opens a session of its own on it; thread-safe. */
public interface Accelerator {
  /** What it is. */
  AcceleratorInfo info();

  /** Bytes of its memory that open sessions hold or have reserved. */
  long memoryInUse();

  /** How long it has worked for sessions so far, by its own clock. */
  long busyNanos();

  /** Bytes of its memory that sessions may hold together. */
  long memoryLimit();

  /**
   * A device for one job.
   *
   * @param owner whose memory it is, for messages: a job's id
   * @param estimatedBytes what the job is expected to need; reserved until the session is closed
   * @throws AcceleratorException if the estimate does not fit beside the sessions that are open, or
   *     the device cannot be opened
   */
  AcceleratorSession open(String owner, long estimatedBytes);
}
