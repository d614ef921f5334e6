package dev.gradkeeper.service.lease;

/**
 * A worker's hold on a job: good as long as the job's row has this attempt and this worker.
 *
 * @param attempt how often the job had been started when it was claimed, this time included
 */
public record Lease(String jobId, int attempt, String workerId) {}
