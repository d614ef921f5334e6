package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gradkeeper.client.ApiException;
import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the dashboard asks Prometheus for is what the service gives it. */
@ExtendWith(PackagedService.Extension.class)
class PrometheusTest {
  private static final Pattern METRIC = Pattern.compile("gradkeeper_\\w+");

  @Test
  void everyMetricOfTheDashboardIsScraped(PackagedService service)
      throws ApiException, IOException, InterruptedException {
    TrainedJob.train(service, Repository.text("examples/linear-regression.json"));

    String scraped = service.scrape();
    assertThat(scraped).containsPattern("(?m)^gradkeeper_steps_total [1-9]");
    List<String> asked = metricsOfTheDashboard();
    assertThat(asked).isNotEmpty();
    for (String metric : asked) {
      assertThat(scraped).containsPattern("(?m)^" + metric + "[{ ]");
    }
  }

  private static List<String> metricsOfTheDashboard() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(Repository.text("grafana/dashboards/training.json"));
    return dashboard.findValues("expr").stream()
        .flatMap(expression -> METRIC.matcher(expression.asText()).results())
        .map(MatchResult::group)
        .distinct()
        .toList();
  }
}
