package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./gradkeeper demo} and {@code run} do once a server is there. */
@ExtendWith(PackagedService.Extension.class)
class CommandLineTest {
  private final PackagedService service;

  CommandLineTest(PackagedService service) {
    this.service = service;
  }

  @Test
  void theDemoTrainsTheRegressionPairAndTheTutorialNetworkOnTheSample() {
    Command demo = gradkeeper(Map.of(), "demo", "--examples", "examples");

    assertThat(demo.exitCode()).as(demo.output()).isZero();
    assertThat(demo.output())
        .containsPattern(
            "linear-regression  .* 1,000/1,000  loss 0.8316  grad norm 0.177. +succeeded")
        .containsPattern("linear-regression-never-zeroed .* 1,000/1,000 .* succeeded")
        .containsPattern("cifar10-lenet .* 2,500/2,500 .* succeeded")
        .contains("examples/README.md");

    Command again = gradkeeper(Map.of(), "run", "examples/gradient-accumulation.json");
    assertThat(again.output())
        .as("the sample is stored already")
        .doesNotContain("Uploading")
        .containsPattern("gradient-accumulation .* 250/250 .* succeeded");
  }

  @Test
  void aRefusedSpecNamesTheFieldAndExitsWithOne(@TempDir Path folder) throws IOException {
    Path spec = folder.resolve("wrong.json");
    String right = Repository.text("examples/linear-regression.json");
    Files.writeString(spec, right.replace("\"in_features\": 1", "\"in_features\": 2"));

    Command run = gradkeeper(Map.of(), "run", spec.toString());

    assertThat(run.exitCode()).isOne();
    assertThat(run.output()).contains("422", "/model/layers/0").doesNotContain("\tat ");
  }

  @Test
  void aWrongKeyIsSaid() {
    Command run =
        gradkeeper(Map.of("GRADKEEPER_KEY", "wrong"), "run", "examples/linear-regression.json");

    assertThat(run.exitCode()).isOne();
    assertThat(run.output()).contains("401", "GRADKEEPER_HOME").doesNotContain("\tat ");
  }

  @Test
  void aServerThatIsNotThereIsSaid() {
    Command run =
        gradkeeper(
            Map.of("GRADKEEPER_URL", "http://localhost:1"),
            "run",
            "examples/linear-regression.json");

    assertThat(run.exitCode()).isOne();
    assertThat(run.output()).contains("./gradkeeper up").doesNotContain("\tat ");
  }

  private Command gradkeeper(Map<String, String> settings, String... arguments) {
    var environment = new HashMap<>(service.environment());
    environment.putAll(settings);
    var words =
        new ArrayList<>(
            List.of(
                PackagedService.java(), "-jar", Repository.jar("cli/target/gradkeeper-cli.jar")));
    words.addAll(List.of(arguments));
    return Command.run(environment, words);
  }
}
