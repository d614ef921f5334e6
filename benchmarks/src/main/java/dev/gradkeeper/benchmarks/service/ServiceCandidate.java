package dev.gradkeeper.benchmarks.service;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.Lap;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs on the service, every step stored: a lap is a job of its own. Either the steps from its
 * first to its last count, or everything from its submission to its success.
 */
public final class ServiceCandidate implements Candidate {
  private static final double NANOS_PER_SECOND = 1e9;

  private final ServiceProcess service;
  private final ObjectNode spec;
  private final boolean whole;

  /**
   * @param spec of the job; its length is set for each lap
   * @param whole whether everything counts
   */
  public ServiceCandidate(ServiceProcess service, ObjectNode spec, boolean whole) {
    this.service = service;
    this.spec = spec;
    this.whole = whole;
  }

  @Override
  public Lap run(int steps) {
    // Between the times of n + 1 steps lie n steps.
    int made = whole ? steps : steps + 1;
    TrainedJob job =
        TrainedJob.train(service, spec.deepCopy().put("max_steps", made).toString(), made);
    double loss = job.series("loss").get(steps - 1);
    if (whole) {
      return new Lap(steps, job.nanos(), job.cpuNanos(), loss, 0);
    }
    List<Double> times = job.series("time");
    double seconds = times.getLast() - times.getFirst();
    return new Lap(steps, (long) (seconds * NANOS_PER_SECOND), job.cpuNanos(), loss, 0);
  }
}
