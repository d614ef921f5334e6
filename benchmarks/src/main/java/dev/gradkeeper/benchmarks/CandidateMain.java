package dev.gradkeeper.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;

/** A candidate's process: runs a lap for each line {@code run STEPS} on its input. */
final class CandidateMain {
  static final String READY = "ready";
  static final String RUN = "run";
  static final String LAP = "lap";

  private CandidateMain() {}

  public static void main(String[] args) throws IOException {
    try (Candidate candidate = Candidates.open(List.of(args));
        var commands = new BufferedReader(new InputStreamReader(System.in))) {
      System.out.println(READY);
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        Lap lap = candidate.run(Integer.parseInt(line.substring(RUN.length() + 1)));
        System.out.printf(
            "%s %d %d %s %d%n", LAP, lap.nanos(), lap.cpuNanos(), lap.loss(), lap.allocatedBytes());
      }
    }
  }
}
