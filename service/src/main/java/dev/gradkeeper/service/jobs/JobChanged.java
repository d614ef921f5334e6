package dev.gradkeeper.service.jobs;

/**
 * A job was queued or has changed its state, and that is committed. It only saves waiting: whoever
 * listens looks at the database, which also tells of what happens in other processes.
 */
public record JobChanged(String jobId) {}
