package dev.gradkeeper.cli;

import java.io.PrintStream;
import java.util.Locale;

/** One line of a terminal, redrawn in place; elsewhere (a log) only its last state is printed. */
final class ProgressBar {
  private static final int WIDTH = 24;
  private static final String ERASE_LINE = "\r\u001b[2K";

  private final String name;
  private final PrintStream out;
  private final boolean terminal;
  private String line = "";

  ProgressBar(String name, PrintStream out, boolean terminal) {
    this.name = name;
    this.out = out;
    this.terminal = terminal;
  }

  void show(Progress progress) {
    line = line(progress);
    if (terminal) {
      out.print(ERASE_LINE + line);
      out.flush();
    }
  }

  void finish() {
    out.println(terminal ? "" : line);
  }

  private String line(Progress progress) {
    long total = Math.max(progress.total(), progress.step());
    int full = total == 0 ? 0 : (int) (WIDTH * progress.step() / total);
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-30s [%s%s] %,d/%,d",
            name,
            "#".repeat(full),
            "-".repeat(WIDTH - full),
            progress.step(),
            total));
    if (progress.step() > 0) {
      text.append(
          String.format(
              Locale.ROOT, "  loss %.4f  grad norm %.4f", progress.loss(), progress.gradNorm()));
    }
    text.append("  ").append(progress.state());
    if (progress.state().equals("running") && progress.etaSeconds() >= 1) {
      text.append(String.format(Locale.ROOT, ", %.0f s left", progress.etaSeconds()));
    }
    return text.toString();
  }
}
