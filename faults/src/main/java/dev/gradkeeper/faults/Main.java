package dev.gradkeeper.faults;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** {@code ./gradkeeper faults [--OPTION VALUE]...}. */
final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    if (List.of(arguments).contains("--help")) {
      System.out.println(Options.USAGE);
      return;
    }
    Options options;
    try {
      options = Options.of(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    Path repository = repository();
    System.out.println("seed " + options.seed());
    FaultSuite suite = new FaultSuite(options, ServiceProgram.prepared(repository), repository);
    System.out.println("logs in " + suite.folder());
    Runtime.getRuntime().addShutdownHook(new Thread(suite::close)); // Ctrl-C, too
    boolean good = false;
    try (suite) {
      Report report = suite.run();
      System.out.println(report.text());
      good = report.isGood();
    }
    if (good) {
      suite.deleteFiles();
    }
    System.exit(good ? 0 : 1);
  }

  /** The one in whose {@code faults/target} this class is. */
  private static Path repository() throws URISyntaxException {
    Path code = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return code.getParent().getParent().getParent();
  }
}
