package dev.gradkeeper.service;

import dev.gradkeeper.service.postgres.EmbeddedPostgres;
import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One Postgres for all tests of a JVM, and a new, migrated database for each test class.
 *
 * <p>The Postgres is {@code postgres:15} in a container where a container engine answers, the
 * embedded one where none does. As an extension it gives each class that asks for a {@link
 * TestDatabase} parameter one of its own; a Spring test calls {@link #configure} from its
 * {@code @DynamicPropertySource}.
 */
public final class PostgresFixture implements ParameterResolver {

  private static final String TEMPLATE = "gradkeeper_template";
  private static final AtomicInteger databases = new AtomicInteger();

  private record Server(String url, String user, String password) {

    TestDatabase database(String name) {
      return new TestDatabase(url.substring(0, url.lastIndexOf('/') + 1) + name, user, password);
    }
  }

  private static final class Holder {
    static final Server SERVER = start();
  }

  /** A new database with all migrations applied. */
  public static TestDatabase newDatabase() {
    String name = "test_" + databases.incrementAndGet();
    execute(Holder.SERVER, "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
    return Holder.SERVER.database(name);
  }

  /** Gives a Spring context a new database. */
  public static void configure(DynamicPropertyRegistry registry) {
    TestDatabase database = newDatabase();
    registry.add("spring.datasource.url", database::url);
    registry.add("spring.datasource.username", database::user);
    registry.add("spring.datasource.password", database::password);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestDatabase.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext ofClass = context;
    while (ofClass.getTestMethod().isPresent()) {
      ofClass = ofClass.getParent().orElseThrow();
    }
    return ofClass
        .getStore(ExtensionContext.Namespace.create(PostgresFixture.class))
        .computeIfAbsent(TestDatabase.class, type -> newDatabase(), TestDatabase.class);
  }

  private static Server start() {
    Server server =
        DockerClientFactory.instance().isDockerAvailable() ? startContainer() : startEmbedded();
    execute(server, "CREATE DATABASE " + TEMPLATE);
    TestDatabase template = server.database(TEMPLATE);
    Flyway.configure()
        .dataSource(template.url(), template.user(), template.password())
        .load()
        .migrate();
    return server;
  }

  private static Server startContainer() {
    // Stopped by Testcontainers itself, or with the engine that CI starts for this run.
    @SuppressWarnings("resource")
    PostgreSQLContainer container = new PostgreSQLContainer("postgres:15");
    container.withCommand("postgres", "-c", "max_connections=200");
    container.start();
    Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
    System.out.println("PostgresFixture: postgres:15 in a container, " + container.getJdbcUrl());
    return new Server(container.getJdbcUrl(), container.getUsername(), container.getPassword());
  }

  private static Server startEmbedded() {
    try {
      Path folder = Files.createTempDirectory("gradkeeper-test-postgres-");
      EmbeddedPostgres postgres =
          EmbeddedPostgres.start(programs(), folder.resolve("postgres"), Home.randomToken(), 0);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    postgres.close();
                    FileSystemUtils.deleteRecursively(folder.toFile());
                  }));
      System.out.println("PostgresFixture: no container engine, embedded " + postgres.url());
      return new Server(postgres.url(), postgres.user(), postgres.password());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where tests unpack the embedded Postgres: once for all of them. */
  public static Path programs() {
    return Path.of("target", "postgres-programs").toAbsolutePath();
  }

  private static void execute(Server server, String sql) {
    try (Connection connection =
            DriverManager.getConnection(server.url, server.user, server.password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
