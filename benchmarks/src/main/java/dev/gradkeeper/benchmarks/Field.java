package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.service.ServiceProcess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The candidates of a comparison, measured in turns, so that all meet the same noise. */
final class Field implements AutoCloseable {
  private final Map<String, Candidate> candidates = new LinkedHashMap<>();
  private final List<ServiceProcess> services = new ArrayList<>();

  void add(String name, Candidate candidate) {
    candidates.put(name, candidate);
  }

  /** What candidates share. */
  void closeAtEnd(ServiceProcess service) {
    services.add(service);
  }

  /**
   * A lap of each that does not count.
   *
   * @return the loss of its last step: after the first lap, it tells whether all do the same work
   */
  Map<String, Double> warmUp(int steps) {
    Map<String, Double> losses = new LinkedHashMap<>();
    candidates.forEach((name, candidate) -> losses.put(name, candidate.run(steps).loss()));
    return losses;
  }

  /** So many laps of each, one of each after the other. */
  List<Measurement> measure(int rounds, int steps) {
    Map<String, List<Lap>> laps = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      candidates.forEach(
          (name, candidate) ->
              laps.computeIfAbsent(name, _ -> new ArrayList<>()).add(candidate.run(steps)));
    }
    return laps.entrySet().stream().map(e -> new Measurement(e.getKey(), e.getValue())).toList();
  }

  @Override
  public void close() {
    candidates.values().forEach(Candidate::close);
    services.forEach(ServiceProcess::close);
  }
}
