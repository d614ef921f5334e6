package dev.gradkeeper.service.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard's queries, as Grafana sends them, on a database in which two jobs have trained. */
@ExtendWith(PostgresFixture.class)
class DashboardTest {
  private static final String POSTGRES = "gradkeeper-postgres";
  private static final JsonNode DASHBOARD =
      JsonMapper.shared().readTree(Path.of("../grafana/dashboards/training.json").toFile());

  /**
   * 3,000 steps, step s with loss 1/s and gradient norm 2/s; attempt 1 got to step 2,048, attempt 2
   * went on from the checkpoint at 2,000.
   */
  private static final String SEED =
      """
      INSERT INTO worker (id, host, version, slots, memory_bytes) VALUES ('wrk_1', 'here', '1', 1, 1);
      INSERT INTO job (id, project_id, name, spec, device, memory_bytes, step, total_steps, last_loss, started_at)
      VALUES ('job_a', 'prj_default', 'net', '{}', 'cpu', 1, 3000, 4000, 0.00033, now()),
             ('job_b', 'prj_default', 'waiting', '{}', 'cpu', 1, 0, 10, NULL, NULL);
      INSERT INTO job_attempt (job_id, attempt, from_step, worker_id) VALUES ('job_a', 1, 0, 'wrk_1'), ('job_a', 2, 2000, 'wrk_1');
      INSERT INTO metric_chunk (job_id, attempt, first_step, n, t_min, t_max, dt, loss, grad_norm, epoch, lr)
      SELECT 'job_a', a.attempt, c.first, a.size, now(), now() + interval '1 second',
             array(SELECT 1000 * s FROM generate_series(0, a.size - 1) s),
             array(SELECT (1.0 / s)::real FROM generate_series(c.first, c.first + a.size - 1) s),
             array(SELECT (2.0 / s)::real FROM generate_series(c.first, c.first + a.size - 1) s),
             '{1}', '{0.1}'
      FROM (VALUES (1, 1, 2048, 256), (2, 2001, 3000, 250)) AS a (attempt, lo, hi, size)
      CROSS JOIN LATERAL generate_series(a.lo, a.hi, a.size) AS c (first);
      """;

  private final Connection connection;

  DashboardTest(TestDatabase database) throws SQLException {
    connection = DriverManager.getConnection(database.url(), database.user(), database.password());
  }

  @BeforeEach
  void seedAndBecomeTheReader() throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SEED);
      statement.execute("SET ROLE gradkeeper_reader");
    }
  }

  @AfterEach
  void undo() throws SQLException {
    connection.rollback();
    connection.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("queries")
  void aPanelsQueryFindsRows(Query query) throws SQLException {
    assertThat(rows(query.sql())).as(query.sql()).isNotEmpty();
  }

  private record Query(String title, String sql) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Query> queries() {
    var queries = new ArrayList<Query>();
    for (JsonNode panel : DASHBOARD.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        if (target.at("/datasource/uid").asString().equals(POSTGRES)) {
          queries.add(new Query(panel.path("title").asString(), target.path("rawSql").asString()));
        }
      }
    }
    for (JsonNode variable : DASHBOARD.at("/templating/list")) {
      String name = "variable " + variable.path("name").asString();
      queries.add(new Query(name, variable.path("query").asString()));
    }
    return queries.stream();
  }

  @Test
  void lossAndGradientNormByStepAreTheEffectiveSeries() throws SQLException {
    for (var series : Map.of("Loss by step", 1.0, "Gradient norm by step", 2.0).entrySet()) {
      List<Map<String, Object>> rows = rows(sqlOf(series.getKey()));
      assertThat(rows).hasSize(1001);
      assertThat(rows.getFirst()).containsEntry("step", 2L);
      assertThat(rows.getLast()).containsEntry("step", 3000L);
      Map<String, Object> steps1998To2000 = rows.get(666);
      assertThat(steps1998To2000).containsEntry("step", 2000L);
      assertThat((Float) steps1998To2000.get("least"))
          .isCloseTo((float) (series.getValue() / 2000), within(1e-9f));
      assertThat((Float) steps1998To2000.get("greatest"))
          .isCloseTo((float) (series.getValue() / 1998), within(1e-9f));
    }
  }

  @Test
  void jobsAreCountedByState() throws SQLException {
    assertThat(rows(sqlOf("Jobs by state"))).containsExactly(Map.of("state", "queued", "jobs", 2L));
  }

  @Test
  void grafanasRoleReadsNeitherKeysNorUploads() {
    for (String table : List.of("api_key", "blob_chunk", "idempotency_key")) {
      assertThatThrownBy(() -> inSavepoint("SELECT * FROM " + table))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
    }
    assertThatThrownBy(() -> inSavepoint("DELETE FROM job"))
        .hasMessageContaining("permission denied");
  }

  private void inSavepoint(String sql) throws SQLException {
    var savepoint = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } finally {
      connection.rollback(savepoint);
    }
  }

  private static String sqlOf(String title) {
    return queries().filter(query -> query.title().equals(title)).findAny().orElseThrow().sql();
  }

  private List<Map<String, Object>> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(Macros.expand(sql, "job_a"))) {
      var rows = new ArrayList<Map<String, Object>>();
      var columns = result.getMetaData();
      while (result.next()) {
        var row = new LinkedHashMap<String, Object>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnLabel(i), result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }
}
