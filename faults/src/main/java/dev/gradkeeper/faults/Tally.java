package dev.gradkeeper.faults;

import dev.gradkeeper.faults.Watch.Running;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The faults so far, and what went wrong. */
final class Tally {

  /** Of one kind. */
  static final class Count {
    private int counted;
    private int missed;
    private final Set<String> jobs = new HashSet<>();

    int counted() {
      return counted;
    }

    /** Faults whose jobs had ended when they struck, so that they do not count. */
    int missed() {
      return missed;
    }

    /** Different jobs that were hit. */
    int jobs() {
      return jobs.size();
    }
  }

  private final Map<FaultKind, Count> counts = new EnumMap<>(FaultKind.class);
  private final Map<String, Integer> hits = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  Tally() {
    for (FaultKind kind : FaultKind.values()) {
      counts.put(kind, new Count());
    }
  }

  /**
   * A fault has struck.
   *
   * @param jobs that were advancing; with none it does not count
   * @return whether it counts
   */
  synchronized boolean struck(FaultKind kind, List<Running> jobs) {
    Count count = counts.get(kind);
    if (jobs.isEmpty()) {
      count.missed++;
      return false;
    }
    count.counted++;
    for (Running job : jobs) {
      count.jobs.add(job.job());
      hits.merge(job.job(), 1, Integer::sum);
    }
    return true;
  }

  synchronized void problem(String what) {
    problems.add(what);
  }

  synchronized Count of(FaultKind kind) {
    return counts.get(kind);
  }

  /** How often a job was hit. */
  synchronized int hits(String job) {
    return hits.getOrDefault(job, 0);
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  /** In a line. */
  synchronized String progress(Map<FaultKind, Integer> wanted) {
    StringBuilder line = new StringBuilder();
    wanted.forEach(
        (kind, number) ->
            line.append("%s %d/%d  ".formatted(kind.option(), counts.get(kind).counted, number)));
    return line.toString().strip();
  }
}
