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
    String title = contest.workload().title();
    double flops = contest.workload().flops();
    double micros = contest.engine().wall().median();
    String share =
        flops == 0
            ? ""
            : String.format(
                Locale.ROOT, ", %.0f %% of the FMA peak", 100 * flops / micros / 1e3 / peak);
    String atLeast = String.format(Locale.ROOT, "≥ %s", goal);
    add(title, atLeast, contest.engine(), contest.baseline(), share);
    if (!contest.eager().equals(contest.baseline())) {
      add(
          "the same, libtorch called operation by operation",
          "",
          contest.engine(),
          contest.eager(),
          "");
    }
    System.out.printf("%s: %s%n", title, text(contest.baseline().ratioTo(contest.engine())));
  }

  private void add(
      String what, String goal, Measurement engine, Measurement libtorch, String share) {
    add(
        what,
        goal,
        text(libtorch.ratioTo(engine)),
        "%s µs against %s of %s%s"
            .formatted(
                Spread.fourDigits(engine.wall().median()),
                Spread.fourDigits(libtorch.wall().median()),
                libtorch.name(),
                share));
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
