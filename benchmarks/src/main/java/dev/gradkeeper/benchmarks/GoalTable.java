package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.Measurement.Spread;
import java.util.Locale;

/** Goals and what was measured, as a Markdown table. */
final class GoalTable {
  private final StringBuilder table =
      new StringBuilder(
          """
          | what | goal | measured: median (min – max) | how |
          |---|---|---|---|
          """);

  void add(String what, String goal, String measured, String how) {
    table.append("| %s | %s | %s | %s |%n".formatted(what, goal, measured, how));
  }

  /**
   * @param peak GFLOP/s of fused multiply-adds
   */
  void add(Contest contest, double goal, double peak) {
    double micros = contest.engine().wall().median();
    double flops = contest.workload().flops();
    String share =
        flops == 0
            ? ""
            : String.format(
                Locale.ROOT, ", %.0f %% of the FMA peak", 100 * flops / micros / 1e3 / peak);
    add(
        contest.workload().title(),
        String.format(Locale.ROOT, "≥ %s", goal),
        text(contest.ratio()),
        "%s µs against %s of %s%s"
            .formatted(
                Spread.fourDigits(micros),
                Spread.fourDigits(contest.baseline().wall().median()),
                contest.baseline().name(),
                share));
    System.out.printf("%s: %s%n", contest.workload().title(), text(contest.ratio()));
  }

  static String text(Spread ratio) {
    return String.format(
        Locale.ROOT, "%.2f (%.2f – %.2f)", ratio.median(), ratio.min(), ratio.max());
  }

  @Override
  public String toString() {
    return table.toString();
  }
}
