package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** The generated TypeScript client's own tests, run by node against the packaged service. */
@EnabledIf("isCompiled")
@ExtendWith(PackagedService.Extension.class)
class TypeScriptClientTest {
  private static final Path TESTS = Repository.path("clients/typescript/dist/test/client.test.js");

  /** The profile {@code typescript} compiles it, where node and npm are. */
  static boolean isCompiled() {
    return Files.exists(TESTS);
  }

  @Test
  void itsTestsPass(PackagedService service) {
    Command tests =
        Command.run(
            Map.of("GRADKEEPER_URL", service.url().toString(), "GRADKEEPER_KEY", service.key()),
            List.of("node", "--test", "--test-reporter=tap", TESTS.toString()));

    assertThat(tests.output()).contains("# tests 2", "# pass 2", "# fail 0");
    assertThat(tests.exitCode()).isZero();
  }
}
