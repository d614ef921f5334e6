package dev.gradkeeper.service.lease;

/** The job is no longer the worker's: another one has it, or it has ended. Nothing was written. */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LeaseLostException(Lease lease) {
    super(
        "job "
            + lease.jobId()
            + " is no longer held by attempt "
            + lease.attempt()
            + " of worker "
            + lease.workerId());
  }
}
