package dev.gradkeeper.service;

import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole service on a port of its own with a real Postgres, but for workers. */
@Import(ServiceTest.HomeConfiguration.class)
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "gradkeeper.admin-key=" + ServiceTest.ADMIN_KEY,
      "gradkeeper.worker.slots=0",
      "management.server.port=0"
    })
public abstract class ServiceTest {
  protected static final String ADMIN_KEY = "an-admin-key-for-tests";

  /** What a process opens before there are beans. */
  @TestConfiguration
  static class HomeConfiguration {
    @Bean
    Home home(GradkeeperProperties properties) {
      return new Home(properties.home());
    }
  }

  @LocalServerPort private int port;

  /** With a key of all scopes in the project {@code default}. */
  protected Api api;

  @DynamicPropertySource
  static void configure(DynamicPropertyRegistry registry) throws IOException {
    PostgresFixture.configure(registry);
    String home = Files.createTempDirectory("gradkeeper-test-home-").toString();
    registry.add("gradkeeper.home", () -> home);
  }

  @BeforeEach
  void connect() {
    api = new Api(port, ADMIN_KEY);
  }

  protected int port() {
    return port;
  }
}
