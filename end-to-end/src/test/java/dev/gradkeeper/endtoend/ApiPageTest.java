package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** All commands of the page on the API, word for word but for port and folders. */
@EnabledIf("dev.gradkeeper.endtoend.ReadmeTest#curlIsThere")
@ExtendWith(PackagedService.Extension.class)
class ApiPageTest {
  private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyCommandGivesWhatThePageSays(PackagedService service, @TempDir Path folder)
      throws IOException {
    Path model = folder.resolve("model.safetensors");
    String commands =
        COMMANDS
            .matcher(Repository.text("docs/api.md"))
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining())
            .replace("--output model.safetensors", "--output " + model);

    Command shell = service.shell(commands);

    assertThat(shell.exitCode()).as(shell.output()).isZero();
    assertThat(shell.output())
        .contains("\"pointer\":\"/model/layers/0/in_features\"")
        .contains("step,loss,grad_norm\n1,83.84")
        .contains("{\"step\":1,\"loss\":83.84")
        .contains("\"state\":\"succeeded\"")
        .contains("\"state\":\"cancelled\"")
        .contains("\"status\":409")
        .contains("\"artifact\":\"checkpoint-")
        .contains("\"scopes\":[\"read\"]");
    assertThat(Files.readString(model, StandardCharsets.ISO_8859_1)).contains("\"0.weight\"");
  }
}
