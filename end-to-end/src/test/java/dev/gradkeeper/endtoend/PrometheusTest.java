package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gradkeeper.client.ApiException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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

    String scraped = scrape(service.managementPort);
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

  private static String scrape(int port) throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      return response.body();
    }
  }
}
