package dev.gradkeeper.faults;

/**
 * A job that has been through the faults.
 *
 * @param faults that struck while it was going forward
 * @param steps of the effective series
 * @param equal whether it left what the undisturbed job left, to the bit
 */
record Verdict(
    Submissions.Submitted job, int faults, Attempts attempts, long steps, boolean equal) {}
