package dev.gradkeeper.service.datasets;

import dev.gradkeeper.engine.train.spec.DataShape;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an uploaded dataset looks like, from what its import found: {@code splits} is {@code
 * {"train": {"samples": 50000}, …}}, {@code info} has {@code input_shape} and {@code classes}.
 */
@Component
public class DatasetShapes {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  DatasetShapes(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** Shapes by split; empty if the project has no such dataset. */
  public Optional<Map<String, DataShape>> find(String projectId, String datasetId) {
    return jdbc.sql("SELECT splits, info FROM dataset WHERE id = :id AND project_id = :project")
        .param("id", datasetId)
        .param("project", projectId)
        .query(
            (row, _) ->
                shapes(
                    json.readTree(row.getString("splits")), json.readTree(row.getString("info"))))
        .optional();
  }

  private static Map<String, DataShape> shapes(JsonNode splits, JsonNode info) {
    int[] inputShape =
        StreamSupport.stream(info.get("input_shape").spliterator(), false)
            .mapToInt(JsonNode::intValue)
            .toArray();
    int classes = info.get("classes").size();
    return splits.properties().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                split ->
                    new DataShape(
                        split.getValue().get("samples").intValue(),
                        inputShape,
                        true,
                        classes,
                        new int[0])));
  }
}
