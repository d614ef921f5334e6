package dev.gradkeeper.service.artifacts;

import dev.gradkeeper.service.blobs.Blobs;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Artifacts for tests of other packages. */
public final class TestArtifacts {

  private TestArtifacts() {}

  public static Artifacts on(DataSource dataSource) {
    return new Artifacts(new Blobs(new JdbcTemplate(dataSource)));
  }
}
