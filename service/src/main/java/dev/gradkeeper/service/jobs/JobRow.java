package dev.gradkeeper.service.jobs;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is read.
 *
 * @param runSteps steps of the present attempt so far
 * @param runSeconds time of the present attempt so far, by the database's clock
 * @param forkedFrom null also where that job has been deleted
 * @param forkedStep null if it is no fork
 * @param spec JSON; null in lists
 */
record JobRow(
    String id,
    String name,
    Map<String, String> labels,
    JobState state,
    int attempt,
    long step,
    @Nullable Long totalSteps,
    @Nullable Float lastLoss,
    @Nullable String errorCode,
    @Nullable String errorMessage,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    long memoryBytes,
    long runSteps,
    double runSeconds,
    @Nullable String forkedFrom,
    @Nullable Long forkedStep,
    @Nullable String spec) {}
