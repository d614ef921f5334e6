package dev.gradkeeper.service.jobs;

import dev.gradkeeper.service.web.Contract;
import dev.gradkeeper.service.web.model.Attempt;
import dev.gradkeeper.service.web.model.Job;
import dev.gradkeeper.service.web.model.JobError;
import dev.gradkeeper.service.web.model.Origin;
import dev.gradkeeper.service.web.model.Transition;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Says what the API says about a job. */
@Component
class JobDescriptions {
  private static final int SHOWN_ATTEMPTS = 100;

  private final JobReader reader;
  private final QueuePosition queue;
  private final Contract contract;
  private final JsonMapper json;

  JobDescriptions(JobReader reader, QueuePosition queue, Contract contract, JsonMapper json) {
    this.reader = reader;
    this.queue = queue;
    this.contract = contract;
    this.json = json;
  }

  /** Everything. */
  Job full(JobRow row) {
    return brief(row)
        .queue(row.state() == JobState.QUEUED ? queue.of(row.id()) : null)
        // jsonb keeps no order of fields: the contract's is put back.
        .spec((ObjectNode) contract.complete("JobSpec", json.readTree(row.spec())))
        .attempts(
            reader.attempts(row.id(), SHOWN_ATTEMPTS).stream()
                .map(JobDescriptions::attempt)
                .toList())
        .transitions(
            reader.transitions(row.id()).stream().map(JobDescriptions::transition).toList());
  }

  /** As it stands in a list. */
  Job brief(JobRow row) {
    return new Job(
            row.id(),
            row.name(),
            row.labels(),
            shown(row.state()),
            row.attempt(),
            row.step(),
            time(row.createdAt()))
        .totalSteps(row.totalSteps())
        .progress(progress(row))
        .etaSeconds(etaSeconds(row))
        .lastLoss(
            row.lastLoss() == null || !Float.isFinite(row.lastLoss())
                ? null
                : Double.valueOf(row.lastLoss().toString()))
        .error(
            row.errorCode() == null
                ? null
                : new JobError(
                    row.errorCode(), row.errorMessage() == null ? "" : row.errorMessage()))
        .startedAt(time(row.startedAt()))
        .finishedAt(time(row.finishedAt()))
        .memoryBytes(row.memoryBytes())
        .forkedFrom(
            row.forkedStep() == null ? null : new Origin(row.forkedStep()).jobId(row.forkedFrom()));
  }

  private static @Nullable Double progress(JobRow row) {
    if (row.state() == JobState.SUCCEEDED) {
      return 1.0;
    }
    return row.totalSteps() == null || row.totalSteps() == 0
        ? null
        : Math.min(1, (double) row.step() / row.totalSteps());
  }

  private static @Nullable Double etaSeconds(JobRow row) {
    if (row.state() != JobState.RUNNING || row.totalSteps() == null || row.runSteps() < 1) {
      return null;
    }
    return Math.max(0, row.totalSteps() - row.step()) * row.runSeconds() / row.runSteps();
  }

  private static Attempt attempt(JobReader.AttemptRow row) {
    return new Attempt(row.attempt(), row.fromStep(), row.worker(), time(row.startedAt()))
        .endedAt(time(row.endedAt()))
        .outcome(row.outcome())
        .note(row.note());
  }

  private static Transition transition(JobReader.TransitionRow row) {
    return new Transition(shown(row.to()), time(row.at()), row.reason() == null ? "" : row.reason())
        .from(row.from() == null ? null : shown(row.from()));
  }

  private static dev.gradkeeper.service.web.model.JobState shown(JobState state) {
    return dev.gradkeeper.service.web.model.JobState.fromValue(state.text());
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
