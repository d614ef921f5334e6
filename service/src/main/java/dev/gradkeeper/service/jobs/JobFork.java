package dev.gradkeeper.service.jobs;

import dev.gradkeeper.engine.train.spec.Reached;
import dev.gradkeeper.service.web.Contract;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.model.FieldError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Starts a job from another one's checkpoint. */
@Service
class JobFork {
  private static final String SCHEMA = "Fork";

  private final Contract contract;
  private final SpecValidation validation;
  private final JobSubmission submission;
  private final JobReader reader;
  private final JdbcClient jdbc;
  private final JsonMapper json;

  JobFork(
      Contract contract,
      SpecValidation validation,
      JobSubmission submission,
      JobReader reader,
      JdbcClient jdbc,
      JsonMapper json) {
    this.contract = contract;
    this.validation = validation;
    this.submission = submission;
    this.reader = reader;
    this.jdbc = jdbc;
    this.json = json;
  }

  /**
   * @return the id of the new job, or of the one that the same request made before
   * @throws ProblemException 400, 422; 404 if there is no such job; 409 if it has no checkpoint
   */
  String fork(String projectId, String jobId, ObjectNode fork, @Nullable String idempotencyKey) {
    List<FieldError> errors = contract.check(SCHEMA, fork);
    if (!errors.isEmpty()) {
      throw errors.stream().allMatch(Contract::isRange)
          ? ProblemException.unprocessable(errors)
          : ProblemException.invalid(errors);
    }
    return submission.submitOnce(
        projectId,
        "fork " + jobId + " " + fork,
        idempotencyKey,
        () -> draft(projectId, jobId, fork));
  }

  private JobSubmission.Draft draft(String projectId, String jobId, ObjectNode fork) {
    JobRow origin =
        reader.find(projectId, jobId).orElseThrow(() -> ProblemException.notFound("job", jobId));
    Reached checkpoint = checkpoint(origin, fork);
    ObjectNode spec = (ObjectNode) contract.complete("JobSpec", json.readTree(origin.spec()));
    ObjectNode changed =
        fork.has("changes") ? (ObjectNode) MergePatch.apply(spec, fork.get("changes")) : spec;
    SpecValidation.Valid valid = validation.check(projectId, changed);
    ForkCheck check = ForkCheck.of(spec, checkpoint, valid);
    if (!check.errors().isEmpty()) {
      throw ProblemException.unprocessable(check.errors());
    }
    return new JobSubmission.Draft(
        valid,
        check.totalSteps(),
        "forked",
        job -> {
          job.forkedFrom = jobId;
          job.forkedStep = checkpoint.step();
        },
        job -> takeOver(jobId, job.id, check.reached()));
  }

  private Reached checkpoint(JobRow origin, ObjectNode fork) {
    Long step = fork.has("step") ? (long) fork.get("step").doubleValue() : null;
    Optional<Reached> found =
        jdbc.sql(
                """
                SELECT step, epoch, batches, window_size FROM checkpoint
                WHERE job_id = :job AND step = COALESCE(:step, step) ORDER BY step DESC LIMIT 1
                """)
            .param("job", origin.id())
            .param("step", step, java.sql.Types.BIGINT)
            .query(
                (row, _) ->
                    new Reached(row.getLong(1), row.getInt(2), row.getInt(3), row.getInt(4)))
            .optional();
    if (found.isEmpty() && step != null) {
      throw ProblemException.unprocessable(
          List.of(
              new FieldError(
                  "/step",
                  "unknown_checkpoint",
                  "The job has no checkpoint of step %d; GET …/checkpoints lists those it has."
                      .formatted(step))));
    }
    return found.orElseThrow(
        () ->
            ProblemException.conflict(
                "no_checkpoint",
                "The job is %s and has no checkpoint yet to be forked from."
                    .formatted(origin.state().text())));
  }

  /** It may have been replaced by a newer one since it was looked at. */
  private void takeOver(String from, String to, Reached reached) {
    jdbc.sql("SELECT 1 FROM checkpoint WHERE job_id = :job AND step = :step FOR KEY SHARE")
        .param("job", from)
        .param("step", reached.step())
        .query(Integer.class)
        .optional()
        .orElseThrow(
            () ->
                ProblemException.conflict(
                    "checkpoint_replaced",
                    "The checkpoint of step %d was replaced by a newer one this moment; try again."
                        .formatted(reached.step())));
    jdbc.sql(
            """
            INSERT INTO checkpoint (job_id, step, attempt, epoch, batches, window_size, loss, blob, size)
            SELECT :to, step, 0, :epoch, :batches, :window, loss, blob, size
            FROM checkpoint WHERE job_id = :from AND step = :step
            """)
        .param("to", to)
        .param("epoch", reached.epoch())
        .param("batches", reached.batches())
        .param("window", reached.windowSize())
        .param("from", from)
        .param("step", reached.step())
        .update();
  }
}
