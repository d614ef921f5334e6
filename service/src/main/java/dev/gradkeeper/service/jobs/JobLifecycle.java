package dev.gradkeeper.service.jobs;

import dev.gradkeeper.service.web.ProblemException;
import java.time.Clock;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What a client can do to a job that exists. */
@Service
class JobLifecycle {
  private final JobRepository jobs;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  JobLifecycle(JobRepository jobs, ApplicationEventPublisher events, Clock clock) {
    this.jobs = jobs;
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
    if (next == job.state) {
      return;
    }
    job.state = next;
    job.stateReason = "cancelled by a client";
    if (next.isFinal()) {
      job.finishedAt = clock.instant();
    }
    events.publishEvent(new JobChanged(id));
  }

  /**
   * Deletes a finished job with its metrics and artifacts.
   *
   * @throws ProblemException 404; 409 if it is not finished
   */
  @Transactional
  void delete(String projectId, String id) {
    Job job = find(projectId, id);
    if (!job.state.isFinal()) {
      throw wrongState(job, "deleted");
    }
    jobs.delete(job);
  }

  private Job find(String projectId, String id) {
    return jobs.lock(id, projectId).orElseThrow(() -> ProblemException.notFound("job", id));
  }

  private static ProblemException wrongState(Job job, String done) {
    return ProblemException.conflict(
        "wrong_state",
        "The job is %s and cannot be %s%s."
            .formatted(
                job.state.text(), done, job.state.isFinal() ? " any more" : "; cancel it first"));
  }
}
