package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** The README's first job, word for word but for port and home folder. */
@EnabledIf("curlIsThere")
@ExtendWith(PackagedService.Extension.class)
class ReadmeTest {
  private static final Pattern FIRST_JOB =
      Pattern.compile("## A first job\n.*?```sh\n(.*?)```", Pattern.DOTALL);

  static boolean curlIsThere() {
    return Command.run(Map.of(), List.of("sh", "-c", "command -v curl")).exitCode() == 0;
  }

  @Test
  void theFirstJobWithCurlTrainsAndShowsItsLosses(PackagedService service) {
    Matcher block = FIRST_JOB.matcher(Repository.text("README.md"));
    assertThat(block.find()).as("a shell block below 'A first job'").isTrue();

    Command shell = service.shell(block.group(1));

    assertThat(shell.exitCode()).as(shell.output()).isZero();
    assertThat(shell.output())
        .contains("\"state\":\"succeeded\"")
        .contains("step,loss,grad_norm")
        .containsPattern("\n1,83\\.842\\d*,75\\.67\\d*\n2,36\\.667\\d*,49\\.00\\d*\n");
  }
}
