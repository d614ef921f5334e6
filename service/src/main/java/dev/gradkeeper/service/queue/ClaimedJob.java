package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.lease.Lease;
import java.time.Duration;

/**
 * A job that is this worker's to train.
 *
 * @param spec the effective spec, as JSON
 * @param datasetId null if the spec brings its own data
 * @param memoryBytes the estimate that it was admitted by
 * @param waited since it was queued
 */
public record ClaimedJob(
    Lease lease,
    String projectId,
    String spec,
    String datasetId,
    long memoryBytes,
    Duration waited) {}
