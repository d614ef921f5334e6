package dev.gradkeeper.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run as a JSON file: what was measured, where, and every lap.
 *
 * @param settings what the command was told
 */
record ResultFile(
    String benchmark,
    Instant finished,
    Machine machine,
    Map<String, String> settings,
    List<Measurement> heats,
    List<Measurement> results) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  static ResultFile of(
      String benchmark,
      Map<String, String> settings,
      List<Measurement> heats,
      List<Measurement> results) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new ResultFile(benchmark, now, Machine.here(), settings, heats, results);
  }

  Path write(Path folder) {
    Path file = folder.resolve(benchmark + "-" + finished.toString().replace(":", "") + ".json");
    try {
      Files.createDirectories(folder);
      Files.write(file, JSON.writeValueAsBytes(this));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
