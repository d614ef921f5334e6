package dev.gradkeeper.service.queue;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.artifacts.TestArtifacts;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.checkpoints.CheckpointLoader;
import dev.gradkeeper.service.checkpoints.CheckpointStore;
import dev.gradkeeper.service.devices.Gpus;
import dev.gradkeeper.service.devices.WorkerDevices;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.metrics.TestRecorders;
import dev.gradkeeper.service.startup.Home;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Workers with two slots, on a database of a test's own. */
final class TestWorker {
  private TestWorker() {}

  static Worker on(HikariDataSource pool, Home home, Training.Source trainings) {
    return on(pool, home, trainings, properties(false), new EngineWarmUp());
  }

  static Worker on(
      HikariDataSource pool,
      Home home,
      Training.Source trainings,
      GradkeeperProperties properties,
      EngineWarmUp warmUp) {
    WorkerTransactions transactions = transactions(pool);
    Blobs blobs = new Blobs(new JdbcTemplate(pool));
    CheckpointStore checkpoints = new CheckpointStore(blobs);
    Gpus gpus = new Gpus(List.of(), new SimpleMeterRegistry());
    return new Worker(
        new WorkerIdentity(home),
        new UnfinishedNote(home),
        properties,
        new MemoryBudget(properties),
        gpus,
        new JobQueue(transactions, Duration.ZERO),
        new WorkerRegistry(transactions, new WorkerDevices(gpus, JdbcClient.create(pool))),
        new WorkSignal(),
        trainings,
        TestRecorders.on(transactions, properties),
        new CheckpointLoader(checkpoints, blobs, transactions),
        checkpoints,
        TestArtifacts.on(pool),
        transactions,
        new QueueMeters(new SimpleMeterRegistry()),
        warmUp,
        event -> {});
  }

  static WorkerTransactions transactions(HikariDataSource pool) {
    return new WorkerTransactions(new JdbcTransactionManager(pool), pool);
  }

  static GradkeeperProperties properties(boolean warmUp) {
    return new GradkeeperProperties(
        Path.of("unused"),
        null,
        new GradkeeperProperties.Worker(
            2,
            0.5,
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            Duration.ZERO,
            warmUp),
        new GradkeeperProperties.Metrics(64, Duration.ofMillis(50), 1024),
        null);
  }
}
