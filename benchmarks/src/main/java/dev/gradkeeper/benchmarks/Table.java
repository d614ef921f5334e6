package dev.gradkeeper.benchmarks;

import java.util.List;
import java.util.Locale;

/** Measurements as a Markdown table. */
final class Table {

  private Table() {}

  /**
   * @param baseline what ratios are taken to, by the clock
   */
  static String of(List<Measurement> measurements, Measurement baseline) {
    StringBuilder table =
        new StringBuilder(
            """
            | candidate | µs/step, median | min – max | processor µs/step | steps/s | times the baseline |
            |---|---|---|---|---|---|
            """);
    for (Measurement measurement : measurements) {
      Measurement.Spread wall = measurement.wall();
      double cpu = measurement.cpu().median();
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %.1f – %.1f | %s | %,.0f | %.2f |%n",
              measurement.name(),
              wall.median(),
              wall.min(),
              wall.max(),
              cpu > 0 ? String.format(Locale.ROOT, "%.1f", cpu) : "",
              1e6 / wall.median(),
              baseline.wall().median() / wall.median()));
    }
    return table.toString();
  }
}
