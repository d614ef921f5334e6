package dev.gradkeeper.service.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.JdbcTemplate;

@ExtendWith(PostgresFixture.class)
class SchemaVersionTest {

  @Test
  void aDatabaseOfANewerBuildIsLeftAlone(TestDatabase database) {
    try (HikariDataSource pool = database.pool(5)) {
      JdbcTemplate jdbc = new JdbcTemplate(pool);
      Flyway flyway = Flyway.configure().dataSource(pool).load();
      new SchemaVersion().migrate(flyway);
      String newest = flyway.info().current().getVersion().toString();
      jdbc.update(
          "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,"
              + " installed_by, execution_time, success)"
              + " VALUES (1000, '99', 'from the future', 'SQL', 'V99__from_the_future.sql', 1, 'test', 1, true)");
      int rows = jdbc.queryForObject("SELECT count(*) FROM flyway_schema_history", Integer.class);

      assertThatThrownBy(() -> new SchemaVersion().migrate(flyway))
          .isInstanceOfSatisfying(
              StartupRefusedException.class,
              refused -> assertThat(refused.remedy()).contains("newer build", "backup"))
          .hasMessage(
              "The database has the schema of a newer build, version 99; this one knows it up to version %s.",
              newest);
      assertThat(jdbc.queryForObject("SELECT count(*) FROM flyway_schema_history", Integer.class))
          .isEqualTo(rows);
    }
  }
}
