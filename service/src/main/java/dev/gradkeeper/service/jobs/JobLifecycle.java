package dev.gradkeeper.service.jobs;

import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.web.ProblemException;
import java.time.Clock;
import java.util.List;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What a client can do to a job that exists. */
@Service
class JobLifecycle {
  private final JobRepository jobs;
  private final JdbcClient jdbc;
  private final Blobs blobs;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  JobLifecycle(
      JobRepository jobs,
      JdbcClient jdbc,
      Blobs blobs,
      ApplicationEventPublisher events,
      Clock clock) {
    this.jobs = jobs;
    this.jdbc = jdbc;
    this.blobs = blobs;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Cancels a job that waits, and asks the worker of one that runs to stop.
   *
   * @throws ProblemException 404; 409 if it has succeeded or failed
   */
  @Transactional
  void cancel(String projectId, String id) {
    Job job = find(projectId, id);
    JobState next =
        switch (job.state) {
          case QUEUED, PAUSED -> JobState.CANCELLED;
          case RUNNING, PAUSING -> JobState.CANCELLING;
          case CANCELLING, CANCELLED -> job.state;
          case SUCCEEDED, FAILED -> throw wrongState(job, "cancelled");
        };
    change(job, next, "cancelled by a client");
  }

  /**
   * Lets a job rest that waits, and asks the worker of one that runs to save it and stop.
   *
   * @throws ProblemException 404; 409 if it is to be cancelled, or has ended
   */
  @Transactional
  void pause(String projectId, String id) {
    Job job = find(projectId, id);
    JobState next =
        switch (job.state) {
          case QUEUED -> JobState.PAUSED;
          case RUNNING -> JobState.PAUSING;
          case PAUSING, PAUSED -> job.state;
          case CANCELLING, CANCELLED, SUCCEEDED, FAILED -> throw wrongState(job, "paused");
        };
    change(job, next, "paused by a client");
  }

  /**
   * Queues a paused job again, behind those that wait.
   *
   * @throws ProblemException 404; 409 if it is neither paused nor goes on already
   */
  @Transactional
  void resume(String projectId, String id) {
    Job job = find(projectId, id);
    JobState next =
        switch (job.state) {
          case PAUSED, QUEUED -> JobState.QUEUED;
          case RUNNING -> JobState.RUNNING;
          case PAUSING, CANCELLING, CANCELLED, SUCCEEDED, FAILED ->
              throw wrongState(job, "resumed");
        };
    if (job.state == JobState.PAUSED) {
      jdbc.sql("UPDATE job SET queued_at = now(), not_before = NULL WHERE id = ?")
          .param(id)
          .update();
    }
    change(job, next, "resumed by a client");
  }

  private void change(Job job, JobState next, String reason) {
    if (next == job.state) {
      return;
    }
    job.state = next;
    job.stateReason = reason;
    if (next.isFinal()) {
      job.finishedAt = clock.instant();
    }
    events.publishEvent(new JobChanged(job.id));
  }

  /**
   * Deletes a finished job with its metrics, artifacts and checkpoints.
   *
   * @throws ProblemException 404; 409 if it is not finished
   */
  @Transactional
  void delete(String projectId, String id) {
    Job job = find(projectId, id);
    if (!job.state.isFinal()) {
      throw wrongState(job, "deleted");
    }
    List<byte[]> files =
        jdbc.sql(
                "SELECT blob FROM artifact WHERE job_id = :id UNION SELECT blob FROM checkpoint WHERE job_id = :id"
                    + " ORDER BY blob")
            .param("id", id)
            .query(byte[].class)
            .list();
    jobs.delete(job);
    jobs.flush();
    files.forEach(file -> blobs.removeIfUnused(new Digest(file)));
  }

  private Job find(String projectId, String id) {
    return jobs.lock(id, projectId).orElseThrow(() -> ProblemException.notFound("job", id));
  }

  private static ProblemException wrongState(Job job, String done) {
    return ProblemException.conflict(
        "wrong_state",
        "The job is %s and cannot be %s%s."
            .formatted(job.state.text(), done, remedy(job.state, done)));
  }

  private static String remedy(JobState state, String done) {
    if (done.equals("deleted")) {
      return "; cancel it first";
    }
    return state.isFinal() ? " any more" : " now";
  }
}
