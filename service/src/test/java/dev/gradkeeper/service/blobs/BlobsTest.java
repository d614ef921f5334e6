package dev.gradkeeper.service.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@ExtendWith(PostgresFixture.class)
class BlobsTest {
  private HikariDataSource pool;
  private JdbcTemplate jdbc;
  private TransactionTemplate transaction;
  private Blobs blobs;

  @BeforeEach
  void connect(TestDatabase database) {
    pool = database.pool(3);
    jdbc = new JdbcTemplate(pool);
    transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
    blobs = new Blobs(jdbc);
    jdbc.update("DELETE FROM dataset");
    jdbc.update("DELETE FROM blob");
  }

  @AfterEach
  void disconnect() {
    pool.close();
  }

  private static byte[] content(int size, int seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  private Digest put(byte[] content) {
    return transaction.execute(_ -> blobs.put(content));
  }

  private void removeIfUnused(Digest digest) {
    transaction.executeWithoutResult(_ -> blobs.removeIfUnused(digest));
  }

  private void refer(Digest digest) {
    jdbc.update(
        """
        INSERT INTO dataset (id, project_id, name, format, blob, size, splits)
        VALUES ('ds_1', 'prj_default', 'x', 'image_folder', ?, 1, '{}')
        """,
        digest.bytes());
  }

  private int chunks() {
    return jdbc.queryForObject("SELECT count(*) FROM blob_chunk", Integer.class);
  }

  @Test
  void contentComesBackWhateverItsSize() throws Exception {
    for (int size : new int[] {0, 1, 1 << 20, (1 << 20) + 1, 5_000_000}) {
      byte[] content = content(size, size);
      assertThat(blobs.get(put(content))).isEqualTo(content);
    }
    assertThat(chunks()).isEqualTo(0 + 1 + 1 + 2 + 5);
  }

  @Test
  void theSameContentIsStoredOnce() {
    assertThat(put(content(2_000_000, 1))).isEqualTo(put(content(2_000_000, 1)));
    assertThat(chunks()).isEqualTo(2);
  }

  @Test
  void aStreamThatEndsEarlyStoresNothing() {
    Digest digest = Digest.of(content(10, 1));
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    _ -> {
                      try {
                        blobs.put(digest, 10, new ByteArrayInputStream(new byte[9]));
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }))
        .hasMessageContaining("ends 1 bytes early");
    assertThatThrownBy(() -> blobs.get(digest))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no blob " + digest);
  }

  @Test
  void lastsAsLongAsSomethingRefersToIt() throws Exception {
    byte[] content = content(100, 2);
    Digest digest = put(content);
    refer(digest);
    removeIfUnused(digest);
    assertThat(blobs.get(digest)).isEqualTo(content);

    jdbc.update("DELETE FROM dataset");
    removeIfUnused(digest);
    assertThatThrownBy(() -> blobs.get(digest)).isInstanceOf(IOException.class);
    assertThat(chunks()).isZero();
  }

  @Test
  void removalWaitsForWhoIsAboutToReferToIt() throws Exception {
    byte[] content = content(100, 3);
    Digest digest = put(content);
    CountDownLatch found = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writer =
          threads.submit(
              () ->
                  transaction.executeWithoutResult(
                      _ -> {
                        blobs.put(content);
                        found.countDown();
                        awaitQuietly(waiting);
                        refer(digest);
                      }));
      found.await();
      Future<?> remover = threads.submit(() -> removeIfUnused(digest));
      while (!remover.isDone() && lockWaits() == 0) {
        Thread.onSpinWait();
      }
      waiting.countDown();
      writer.get(30, TimeUnit.SECONDS);
      remover.get(30, TimeUnit.SECONDS);
    }
    assertThat(blobs.get(digest)).isEqualTo(content);
  }

  private int lockWaits() {
    return jdbc.queryForObject(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND datname = current_database()",
        Integer.class);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
