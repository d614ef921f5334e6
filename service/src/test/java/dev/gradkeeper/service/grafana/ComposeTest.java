package dev.gradkeeper.service.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of docker-compose.yml fit together. */
class ComposeTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void everyMountedFileIsThere() throws IOException {
    Map<String, Map<String, Object>> services = section(yaml("docker-compose.yml"), "services");
    assertThat(services).containsOnlyKeys("postgres", "gradkeeper", "prometheus", "grafana");
    for (Map<String, Object> service : services.values()) {
      for (Object volume : (List<?>) service.get("volumes")) {
        String source = volume.toString().split(":")[0];
        if (source.startsWith("./")) {
          assertThat(ROOT.resolve(source)).exists();
        }
      }
    }
  }

  @Test
  void theDashboardNamesOnlyProvisionedDataSources() throws IOException {
    List<Map<String, Object>> provisioned =
        section(yaml("grafana/provisioning/datasources/gradkeeper.yaml"), "datasources");
    JsonNode dashboard =
        JsonMapper.shared().readTree(ROOT.resolve("grafana/dashboards/training.json").toFile());
    assertThat(dashboard.findValues("datasource"))
        .isNotEmpty()
        .extracting(
            source -> source.path("uid").asString(), source -> source.path("type").asString())
        .isSubsetOf(
            provisioned.stream()
                .map(source -> tuple(source.get("uid"), source.get("type")))
                .toList());
  }

  @Test
  void prometheusScrapesTheServicesManagementPort() throws IOException {
    assertThat(Files.readString(ROOT.resolve("prometheus/prometheus.yml")))
        .contains("metrics_path: /actuator/prometheus", "targets: [gradkeeper:8081]");
    assertThat(Files.readString(ROOT.resolve("service/src/main/resources/application.yaml")))
        .contains("GRADKEEPER_MANAGEMENT_PORT:8081");
  }

  private static Map<String, Object> yaml(String file) throws IOException {
    try (var in = Files.newInputStream(ROOT.resolve(file))) {
      return new Yaml().load(in);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T section(Map<String, Object> yaml, String name) {
    return (T) yaml.get(name);
  }
}
