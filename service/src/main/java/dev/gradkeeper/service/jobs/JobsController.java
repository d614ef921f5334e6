package dev.gradkeeper.service.jobs;

import dev.gradkeeper.engine.train.spec.LayerShape;
import dev.gradkeeper.service.access.Caller;
import dev.gradkeeper.service.web.Cursor;
import dev.gradkeeper.service.web.Page;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.api.JobsApi;
import dev.gradkeeper.service.web.model.Job;
import dev.gradkeeper.service.web.model.JobCheck;
import dev.gradkeeper.service.web.model.JobList;
import dev.gradkeeper.service.web.model.JobState;
import dev.gradkeeper.service.web.model.LayerCheck;
import dev.gradkeeper.service.web.model.MemoryEstimate;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
class JobsController implements JobsApi {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final JobSubmission submission;
  private final SpecValidation validation;
  private final JobLifecycle lifecycle;
  private final JobFork fork;
  private final JobReader reader;
  private final JobDescriptions descriptions;
  private final JobWatch watch;

  JobsController(
      JobSubmission submission,
      SpecValidation validation,
      JobLifecycle lifecycle,
      JobFork fork,
      JobReader reader,
      JobDescriptions descriptions,
      JobWatch watch) {
    this.submission = submission;
    this.validation = validation;
    this.lifecycle = lifecycle;
    this.fork = fork;
    this.reader = reader;
    this.descriptions = descriptions;
    this.watch = watch;
  }

  @Override
  public ResponseEntity<Job> submitJob(ObjectNode spec, @Nullable String idempotencyKey) {
    String id = submission.submit(Caller.current().projectId(), spec, idempotencyKey);
    return ResponseEntity.accepted().location(URI.create("/v1/jobs/" + id)).body(describe(id));
  }

  @Override
  public ResponseEntity<JobCheck> validateJob(ObjectNode spec) {
    SpecValidation.Valid valid = validation.check(Caller.current().projectId(), spec);
    List<LayerShape> shapes = valid.check().layers();
    List<LayerCheck> layers =
        IntStream.range(0, shapes.size())
            .mapToObj(
                i ->
                    new LayerCheck(
                        i,
                        valid.training().layers().get(i).type(),
                        dimensions(shapes.get(i).output()),
                        shapes.get(i).parameters()))
            .toList();
    return ResponseEntity.ok(
        new JobCheck(
                valid.effective(),
                dimensions(valid.data().inputShape()),
                layers,
                shapes.stream().mapToLong(LayerShape::parameters).sum(),
                new MemoryEstimate(valid.check().memoryBytes()).limitBytes(valid.memoryLimit()))
            .totalSteps(valid.check().totalSteps()));
  }

  @Override
  public ResponseEntity<Job> getJob(String jobId, @Nullable String wait) {
    if (wait != null) {
      watch.await(Caller.current().projectId(), jobId, duration(wait));
    }
    return ResponseEntity.ok(describe(jobId));
  }

  @Override
  public ResponseEntity<JobList> listJobs(
      @Nullable List<JobState> state,
      @Nullable List<String> label,
      Integer limit,
      @Nullable String cursor) {
    List<String> states =
        state == null ? List.of() : state.stream().map(JobState::getValue).toList();
    Map<String, String> labels = new HashMap<>();
    for (String one : label == null ? List.<String>of() : label) {
      String[] parts = one.split("=", 2);
      labels.put(parts[0], parts[1]);
    }
    Page<JobRow> page =
        Page.of(
            reader.list(
                Caller.current().projectId(),
                states,
                labels,
                Cursor.decodeOrFirst(cursor),
                limit + 1),
            limit,
            row -> new Cursor(row.createdAt(), row.id()));
    return ResponseEntity.ok(
        new JobList(page.items().stream().map(descriptions::brief).toList())
            .nextCursor(page.nextCursor()));
  }

  @Override
  public ResponseEntity<Job> cancelJob(String jobId) {
    lifecycle.cancel(Caller.current().projectId(), jobId);
    return ResponseEntity.accepted().body(describe(jobId));
  }

  @Override
  public ResponseEntity<Job> pauseJob(String jobId) {
    lifecycle.pause(Caller.current().projectId(), jobId);
    return ResponseEntity.accepted().body(describe(jobId));
  }

  @Override
  public ResponseEntity<Job> resumeJob(String jobId) {
    lifecycle.resume(Caller.current().projectId(), jobId);
    return ResponseEntity.accepted().body(describe(jobId));
  }

  @Override
  public ResponseEntity<Job> forkJob(
      String jobId, ObjectNode changes, @Nullable String idempotencyKey) {
    String id = fork.fork(Caller.current().projectId(), jobId, changes, idempotencyKey);
    return ResponseEntity.accepted().location(URI.create("/v1/jobs/" + id)).body(describe(id));
  }

  @Override
  public ResponseEntity<Void> deleteJob(String jobId) {
    lifecycle.delete(Caller.current().projectId(), jobId);
    return ResponseEntity.noContent().build();
  }

  private Job describe(String jobId) {
    return reader
        .find(Caller.current().projectId(), jobId)
        .map(descriptions::full)
        .orElseThrow(() -> ProblemException.notFound("job", jobId));
  }

  /** {@code 30s} or {@code 500ms}, as the contract's pattern has it. */
  private static Duration duration(String text) {
    int unit = text.endsWith("ms") ? text.length() - 2 : text.length() - 1;
    long number = Long.parseLong(text.substring(0, unit));
    Duration wait = text.endsWith("ms") ? Duration.ofMillis(number) : Duration.ofSeconds(number);
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private static List<Long> dimensions(int[] shape) {
    return Arrays.stream(shape).mapToObj(Long::valueOf).toList();
  }
}
