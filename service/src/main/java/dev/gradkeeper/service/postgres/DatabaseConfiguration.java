package dev.gradkeeper.service.postgres;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.startup.Home;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Without {@code SPRING_DATASOURCE_URL} the service runs its own Postgres in its home folder. Which
 * of the two is decided at every start: a condition on a bean would be settled by the build, which
 * prepares the beans.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

  @Bean
  @Lazy
  EmbeddedPostgres embeddedPostgres(Home home, GradkeeperProperties properties) {
    Path binaries = properties.postgres().binaries();
    return EmbeddedPostgres.start(
        binaries != null ? binaries.toAbsolutePath() : home.resolve("programs"),
        home.resolve("postgres"),
        home.secret("postgres.password", Home::randomToken),
        properties.postgres().port());
  }

  @Bean
  JdbcConnectionDetails databaseConnection(
      DataSourceProperties configured, ObjectProvider<EmbeddedPostgres> embedded) {
    if (configured.getUrl() != null) {
      return new Connection(
          configured.getUrl(), configured.getUsername(), configured.getPassword());
    }
    EmbeddedPostgres postgres = embedded.getObject();
    return new Connection(postgres.url(), postgres.user(), postgres.password());
  }

  private record Connection(String getJdbcUrl, String getUsername, String getPassword)
      implements JdbcConnectionDetails {}
}
