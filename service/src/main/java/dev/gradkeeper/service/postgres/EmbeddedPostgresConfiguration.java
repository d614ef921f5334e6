package dev.gradkeeper.service.postgres;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.startup.Home;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Without {@code SPRING_DATASOURCE_URL} the service runs its own Postgres in its home folder. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(
    name = "spring.datasource.url",
    matchIfMissing = true,
    havingValue = "embedded")
class EmbeddedPostgresConfiguration {

  @Bean
  EmbeddedPostgres embeddedPostgres(Home home, GradkeeperProperties properties) {
    Path binaries = properties.postgres().binaries();
    return EmbeddedPostgres.start(
        binaries != null ? binaries.toAbsolutePath() : home.resolve("programs"),
        home.resolve("postgres"),
        home.secret("postgres.password", Home::randomToken),
        properties.postgres().port());
  }

  @Bean
  JdbcConnectionDetails embeddedPostgresDetails(EmbeddedPostgres postgres) {
    return new JdbcConnectionDetails() {
      @Override
      public String getUsername() {
        return postgres.user();
      }

      @Override
      public String getPassword() {
        return postgres.password();
      }

      @Override
      public String getJdbcUrl() {
        return postgres.url();
      }
    };
  }
}
