package dev.gradkeeper.service.postgres;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Without {@code SPRING_DATASOURCE_URL} the service runs its own Postgres in its home folder. Which
 * of the two is decided at every start: a condition on a bean would be settled by the build, which
 * prepares the beans.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

  @Bean
  JdbcConnectionDetails databaseConnection(
      DataSourceProperties configured, ObjectProvider<StartingPostgres> embedded) {
    if (configured.getUrl() != null) {
      return new Connection(
          configured.getUrl(), configured.getUsername(), configured.getPassword());
    }
    EmbeddedPostgres postgres = embedded.getObject().started();
    return new Connection(postgres.url(), postgres.user(), postgres.password());
  }

  private record Connection(String getJdbcUrl, String getUsername, String getPassword)
      implements JdbcConnectionDetails {}
}
