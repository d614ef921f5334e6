package dev.gradkeeper.benchmarks;

import java.util.concurrent.CompletableFuture;

/** Two candidates at the same time. */
record Pair(Candidate first, Candidate second) {

  /** So many steps of each; how many steps both make in a microsecond together. */
  double run(int steps) {
    CompletableFuture<Lap> other = CompletableFuture.supplyAsync(() -> second.run(steps));
    Lap lap = first.run(steps);
    return 1 / lap.microsPerStep() + 1 / other.join().microsPerStep();
  }
}
