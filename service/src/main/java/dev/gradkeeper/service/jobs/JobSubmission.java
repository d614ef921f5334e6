package dev.gradkeeper.service.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gradkeeper.service.web.Limits;
import dev.gradkeeper.service.web.PrefixedId;
import dev.gradkeeper.service.web.ProblemException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts jobs into the queue: once for each {@code Idempotency-Key} of a project, and no more than
 * its quota.
 */
@Service
class JobSubmission {
  private final SpecValidation validation;
  private final JobRepository jobs;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final ApplicationEventPublisher events;
  private final Limits limits;
  private final Clock clock;

  JobSubmission(
      SpecValidation validation,
      JobRepository jobs,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      ApplicationEventPublisher events,
      Limits limits,
      Clock clock) {
    this.validation = validation;
    this.jobs = jobs;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.events = events;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * @return the id of the new job, or of the one that the same request made before
   * @throws ProblemException 400, 422; 429 if the project has as many queued jobs as it may
   */
  String submit(String projectId, ObjectNode spec, @Nullable String idempotencyKey) {
    return submitOnce(
        projectId,
        spec.toString(),
        idempotencyKey,
        () -> {
          SpecValidation.Valid valid = validation.check(projectId, spec);
          return new Draft(valid, valid.check().totalSteps(), "submitted", _ -> {}, _ -> {});
        });
  }

  /**
   * A job that can be submitted.
   *
   * @param reason why it is queued
   * @param complete adds to what its spec says, before it is stored
   * @param attach what is stored with it, in the same transaction
   */
  record Draft(
      SpecValidation.Valid valid,
      long totalSteps,
      String reason,
      Consumer<Job> complete,
      Consumer<Job> attach) {}

  /**
   * @param body what must be the same for the same {@code Idempotency-Key}
   * @param check asked only where the request was not made before
   */
  String submitOnce(
      String projectId, String body, @Nullable String idempotencyKey, Supplier<Draft> check) {
    Request request =
        new Request(projectId, idempotencyKey, idempotencyKey == null ? null : hash(body));
    // Before the checks: a repeated request gets its answer also when its dataset is gone by now.
    Optional<String> before = earlierJob(request);
    if (before.isPresent()) {
      return before.get();
    }
    Draft draft = check.get();
    return transaction.execute(_ -> insertOnce(request, draft));
  }

  private record Request(String projectId, @Nullable String key, byte @Nullable [] hash) {}

  private String insertOnce(Request request, Draft draft) {
    int maxQueued = lockProject(request.projectId);
    Optional<String> before = earlierJob(request);
    if (before.isPresent()) {
      return before.get();
    }
    checkQuota(request.projectId, maxQueued);
    Job job = job(request.projectId, draft);
    keepDataset(job);
    jobs.saveAndFlush(job);
    draft.attach.accept(job);
    if (request.key != null) {
      jdbc.sql(
              "INSERT INTO idempotency_key (project_id, key, request_sha256, job_id)"
                  + " VALUES (:project, :key, :hash, :job)")
          .param("project", request.projectId)
          .param("key", request.key)
          .param("hash", request.hash)
          .param("job", job.id)
          .update();
    }
    events.publishEvent(new JobChanged(job.id));
    return job.id;
  }

  /** One submission of a project at a time; returns its quota. */
  private int lockProject(String projectId) {
    return jdbc.sql(
            "SELECT COALESCE(max_queued_jobs, :limit) FROM project WHERE id = :id FOR NO KEY UPDATE")
        .param("limit", limits.queuedJobs())
        .param("id", projectId)
        .query(Integer.class)
        .single();
  }

  /** It may have been deleted since it was checked, and must not be before the job is there. */
  private void keepDataset(Job job) {
    if (job.datasetId == null) {
      return;
    }
    jdbc.sql("SELECT 1 FROM dataset WHERE id = :id AND project_id = :project FOR KEY SHARE")
        .param("id", job.datasetId)
        .param("project", job.projectId)
        .query(Integer.class)
        .optional()
        .orElseThrow(
            () ->
                ProblemException.unprocessable(
                    List.of(SpecValidation.unknownDataset(job.datasetId))));
  }

  private Optional<String> earlierJob(Request request) {
    if (request.key == null) {
      return Optional.empty();
    }
    return jdbc.sql(
            "SELECT job_id, request_sha256 FROM idempotency_key WHERE project_id = :project AND key = :key")
        .param("project", request.projectId)
        .param("key", request.key)
        .query(
            (row, _) -> {
              if (!MessageDigest.isEqual(row.getBytes("request_sha256"), request.hash)) {
                throw new ProblemException(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "idempotency_key_reused",
                    "This Idempotency-Key came with another body before; use a new one.");
              }
              return row.getString("job_id");
            })
        .optional();
  }

  private void checkQuota(String projectId, int maxQueued) {
    int queued =
        jdbc.sql("SELECT count(*) FROM job WHERE project_id = :project AND state = 'queued'")
            .param("project", projectId)
            .query(Integer.class)
            .single();
    if (queued >= maxQueued) {
      throw new ProblemException(
          HttpStatus.TOO_MANY_REQUESTS,
          "quota_exceeded",
          "The project has %d queued jobs, as many as its max_queued_jobs allows; wait for one to start."
              .formatted(queued));
    }
  }

  private Job job(String projectId, Draft draft) {
    SpecValidation.Valid valid = draft.valid;
    ObjectNode spec = valid.effective();
    Job job = new Job();
    job.id = PrefixedId.next("job", clock.instant());
    job.projectId = projectId;
    job.name = spec.path("name").asString(job.id);
    job.labels =
        spec.get("labels").properties().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getValue().stringValue()));
    job.spec = spec.toString();
    job.datasetId = spec.path("dataset").path("id").asString(null);
    job.device = spec.get("device").stringValue();
    job.memoryBytes = valid.check().memoryBytes();
    job.priority = spec.get("priority").intValue();
    job.state = JobState.QUEUED;
    job.stateReason = draft.reason;
    job.maxRestarts = spec.get("max_restarts").intValue();
    job.totalSteps = draft.totalSteps;
    draft.complete.accept(job);
    return job;
  }

  private static byte[] hash(String body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
