package dev.gradkeeper.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** A GPU of the service's, or PoCL's processor, which it may take for one in tests. */
final class Gpu {

  private Gpu() {}

  /** Skips the test where there is none, and fails it where no test may be left out. */
  static void require(PackagedService service) throws IOException, InterruptedException {
    JsonNode devices = devices(service);
    boolean found = devices.valueStream().anyMatch(d -> !d.get("name").textValue().equals("cpu"));
    assumeTrue(
        found || "1".equals(System.getenv("GRADKEEPER_TEST_ALL")),
        "no OpenCL driver: install pocl-opencl-icd");
    assertThat(found).as("a GPU among %s", devices).isTrue();
  }

  private static JsonNode devices(PackagedService service)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(service.url().resolve("/v1/devices"))
            .header("Authorization", "Bearer " + service.key())
            .build();
    try (var http = HttpClient.newHttpClient()) {
      String body = http.send(request, BodyHandlers.ofString()).body();
      return new ObjectMapper().readTree(body).get("items");
    }
  }
}
