package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.LeaseLostException;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** A worker that freezes in the middle of a transaction, its rows locked. */
@ExtendWith(PostgresFixture.class)
class FrozenWorkerTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void losesItsLocksAndThenItsJob(TestDatabase database) throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setConnectionInitSql(initSql().replace("10s", "100ms"));
    try (HikariDataSource frozenPool = new HikariDataSource(config);
        HikariDataSource pool = database.pool(2);
        ExecutorService frozen = Executors.newSingleThreadExecutor()) {
      TestJobs jobs = new TestJobs(pool);
      JobQueue queue =
          new JobQueue(
              new WorkerTransactions(new JdbcTransactionManager(pool), pool), Duration.ZERO);
      String job = jobs.queued(jobs.project(null));
      Lease lease =
          queue
              .claim(jobs.worker(), List.of("cpu"), Long.MAX_VALUE, Duration.ZERO)
              .orElseThrow()
              .lease();
      WorkerTransactions transactions =
          new WorkerTransactions(new JdbcTransactionManager(frozenPool), frozenPool);
      CountDownLatch locked = new CountDownLatch(1);
      CountDownLatch thawed = new CountDownLatch(1);
      Future<Integer> write =
          frozen.submit(
              () ->
                  transactions.runFencedPatiently(
                      lease,
                      (connection, state) -> {
                        locked.countDown();
                        await().atMost(LIMIT).until(() -> thawed.getCount() == 0);
                        try (Statement statement = connection.createStatement()) {
                          return statement.executeUpdate("UPDATE job SET step = 7");
                        }
                      },
                      () -> false));
      locked.await();
      assertThat(queue.releaseExpired(List.of())).as("its row is locked").isZero();

      await().atMost(LIMIT).until(() -> queue.releaseExpired(List.of()) == 1);
      assertThat(jobs.state(job)).isEqualTo("queued");

      thawed.countDown();
      assertThatThrownBy(write::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(LeaseLostException.class);
    }
  }

  /** What the service does with each new connection. */
  private static String initSql() {
    YamlPropertiesFactoryBean settings = new YamlPropertiesFactoryBean();
    settings.setResources(new ClassPathResource("application.yaml"));
    return settings.getObject().getProperty("spring.datasource.hikari.connection-init-sql");
  }
}
