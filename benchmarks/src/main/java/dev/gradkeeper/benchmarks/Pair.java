package dev.gradkeeper.benchmarks;

import java.util.concurrent.CompletableFuture;

/** Two candidates at the same time, on a processor each, that share nothing. */
record Pair(Candidate first, Candidate second) implements Candidate {

  /** So many steps of each, as one lap in which both steps of two count. */
  @Override
  public Lap run(int steps) {
    CompletableFuture<Lap> other = CompletableFuture.supplyAsync(() -> second.run(steps));
    Lap a = first.run(steps);
    Lap b = other.join();
    double stepsPerNano = steps / (double) a.nanos() + steps / (double) b.nanos();
    return new Lap(
        2 * steps,
        Math.round(2 * steps / stepsPerNano),
        a.cpuNanos() + b.cpuNanos(),
        a.loss(),
        a.allocatedBytes() + b.allocatedBytes());
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
