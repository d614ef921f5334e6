package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.lease.Lease;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job that is this worker's to train.
 *
 * @param spec the effective spec, as JSON
 * @param datasetId null if the spec brings its own data
 * @param device its name on this worker: {@code cpu}, {@code gpu:0}
 * @param memoryBytes the estimate that it was admitted by
 * @param waited since it was queued
 * @param fromStep of its newest checkpoint, or 0
 * @param forkedStep of the checkpoint that it was forked from, or null
 */
public record ClaimedJob(
    Lease lease,
    String projectId,
    String spec,
    String datasetId,
    String device,
    long memoryBytes,
    Duration waited,
    long fromStep,
    @Nullable Long forkedStep) {}
