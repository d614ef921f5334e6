package dev.gradkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The short form of {@code ./gradkeeper faults}. */
class FaultSuiteTest {

  private static final Path REPOSITORY = Path.of(System.getProperty("repository"));

  @Test
  void jobsGoOnToTheSameBitsWhateverStrikes() throws Exception {
    Options options =
        Options.of(
            List.of(
                ("--kills 3 --freezes 1 --database-restarts 1 --cuts 1 --stops 1"
                        + " --servers 2 --length 0.1 --limit 30")
                    .split(" ")));
    var suite = new FaultSuite(options, ServiceProgram.packaged(REPOSITORY), REPOSITORY);
    Report report;
    try (suite) {
      report = suite.run();
    }
    System.out.println(report.text());
    assertThat(report.isGood()).as("%s%nlogs in %s", report.text(), suite.folder()).isTrue();
    suite.deleteFiles();
  }
}
