package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.support.JdbcTransactionManager;

@ExtendWith(PostgresFixture.class)
class JobQueueTest {

  private static final List<String> CPU = List.of("cpu");
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final long ROOMY = Long.MAX_VALUE;

  private static HikariDataSource pool;
  private static TestJobs jobs;
  private static JobQueue queue;

  @BeforeAll
  static void connect(TestDatabase database) {
    pool = database.pool(10);
    jobs = new TestJobs(pool);
    queue =
        new JobQueue(new WorkerTransactions(new JdbcTransactionManager(pool), pool), Duration.ZERO);
  }

  @AfterAll
  static void disconnect() {
    pool.close();
  }

  @AfterEach
  void emptyQueue() {
    jobs.jdbc().sql("DELETE FROM job").update();
  }

  private static Optional<String> claim(String worker) throws SQLException {
    return claim(worker, ROOMY);
  }

  private static Optional<String> claim(String worker, long memory) throws SQLException {
    return queue.claim(worker, CPU, memory, LEASE).map(job -> job.lease().jobId());
  }

  @Test
  void aClaimMakesTheJobTheWorkers() throws SQLException {
    String worker = jobs.worker();
    String job = jobs.queued(jobs.project(null));
    ClaimedJob claimed = queue.claim(worker, CPU, ROOMY, LEASE).orElseThrow();
    assertThat(claimed.lease()).isEqualTo(new Lease(job, 1, worker));
    assertThat(claimed.spec()).isEqualTo("{}");
    assertThat(jobs.history(job)).isEqualTo("queued() running(claimed)");
    assertThat(claim(worker)).isEmpty();
  }

  private static String queuedForGpu() {
    String job = jobs.queued(jobs.project(null));
    jobs.jdbc().sql("UPDATE job SET device = 'gpu' WHERE id = ?").params(job).update();
    return job;
  }

  private static String deviceOf(String job) {
    return jobs.jdbc()
        .sql("SELECT device FROM job_attempt WHERE job_id = ? ORDER BY attempt DESC LIMIT 1")
        .params(job)
        .query(String.class)
        .single();
  }

  @Test
  void aJobForAGpuIsClaimedOnlyByAWorkerWithAFreeOne() throws SQLException {
    String worker = jobs.worker();
    String job = queuedForGpu();
    assertThat(claim(worker)).isEmpty();

    List<String> free = List.of("cpu", "gpu:1", "gpu:2");
    ClaimedJob claimed = queue.claim(worker, free, ROOMY, LEASE).orElseThrow();
    assertThat(claimed.lease().jobId()).isEqualTo(job);
    assertThat(claimed.device()).isEqualTo("gpu:1");
    assertThat(deviceOf(job)).isEqualTo("gpu:1");

    String onCpu = jobs.queued(jobs.project(null));
    assertThat(queue.claim(worker, free, ROOMY, LEASE).orElseThrow().device()).isEqualTo("cpu");
    assertThat(deviceOf(onCpu)).isEqualTo("cpu");
  }

  @Test
  void aRestartedWorkerTakesBackAsManyGpuJobsAsItHasGpus() throws SQLException {
    String worker = jobs.worker();
    String first = queuedForGpu();
    String second = queuedForGpu();
    List<String> two = List.of("cpu", "gpu:0", "gpu:1");
    queue.claim(worker, two, ROOMY, LEASE).orElseThrow();
    queue.claim(worker, two, ROOMY, LEASE).orElseThrow();

    List<ClaimedJob> back = queue.takeBack(worker, List.of("cpu", "gpu:0"), 4, ROOMY, LEASE);
    assertThat(back).hasSize(1);
    assertThat(back.getFirst().device()).isEqualTo("gpu:0");
    assertThat(List.of(jobs.state(first), jobs.state(second)))
        .containsExactlyInAnyOrder("running", "queued");
    assertThat(claim(worker)).isEmpty();
  }

  @Test
  void withinAProjectPriorityGoesBeforeAge() throws SQLException {
    String worker = jobs.worker();
    String project = jobs.project(null);
    String old = jobs.queued(project, 5, 0);
    String young = jobs.queued(project, 5, 0);
    String urgent = jobs.queued(project, 9, 0);
    assertThat(List.of(claim(worker), claim(worker), claim(worker)))
        .extracting(Optional::get)
        .containsExactly(urgent, old, young);
  }

  @Test
  void theProjectThatHasTheFewestRunningJobsGoesFirst() throws SQLException {
    String worker = jobs.worker();
    String busy = jobs.project(null);
    String idle = jobs.project(null);
    String first = jobs.queued(busy);
    String second = jobs.queued(busy, 9, 0);
    jobs.queued(busy, 9, 0);
    String other = jobs.queued(idle, 0, 0);
    assertThat(claim(worker)).contains(second);
    assertThat(claim(worker)).as("of the project that runs nothing").contains(other);
    assertThat(jobs.state(first)).isEqualTo("queued");
  }

  @Test
  void aJobThatDoesNotFitNowIsPassedOver() throws SQLException {
    String worker = jobs.worker();
    String project = jobs.project(null);
    String big = jobs.queued(project, 9, 1000);
    String small = jobs.queued(project, 0, 10);
    assertThat(claim(worker, 999)).contains(small);
    assertThat(claim(worker, 999)).isEmpty();
    assertThat(claim(worker, 1000)).contains(big);
  }

  @Test
  void twelveWorkersClaimEveryJobOnce() throws Exception {
    String project = jobs.project(null);
    String other = jobs.project(null);
    List<String> queued = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      queued.add(jobs.queued(i % 3 == 0 ? other : project));
    }
    List<String> claimed = new ArrayList<>();
    for (List<String> some : inParallel(12, JobQueueTest::claimAll)) {
      claimed.addAll(some);
    }
    assertThat(claimed).containsExactlyInAnyOrderElementsOf(queued);
    assertThat(jobs.jdbc().sql("SELECT DISTINCT attempt FROM job").query(Integer.class).list())
        .containsExactly(1);
  }

  @Test
  void workersTogetherStayWithinAProjectsQuota() throws Exception {
    String project = jobs.project(3);
    for (int i = 0; i < 40; i++) {
      jobs.queued(project);
    }
    int claimed = inParallel(12, JobQueueTest::claimAll).stream().mapToInt(List::size).sum();
    assertThat(claimed).isEqualTo(3);
  }

  @Test
  void aRestartedWorkerHasItsJobsAtOnce() throws SQLException {
    String worker = jobs.worker();
    String other = jobs.worker();
    String project = jobs.project(null);
    String mine = jobs.queued(project);
    assertThat(claim(worker)).contains(mine);
    String another = jobs.queued(project);
    assertThat(claim(other)).contains(another);
    jobs.queued(project, 9, 0);

    List<ClaimedJob> back = queue.takeBack(worker, CPU, 4, ROOMY, LEASE);

    assertThat(back).extracting(ClaimedJob::lease).containsExactly(new Lease(mine, 2, worker));
    assertThat(jobs.history(mine))
        .isEqualTo("queued() running(claimed) queued(worker_restarted) running(worker_restarted)");
    assertThat(jobs.state(another)).isEqualTo("running");
    assertThat(
            jobs.jdbc()
                .sql("SELECT outcome FROM job_attempt WHERE job_id = ? ORDER BY attempt")
                .params(mine)
                .query(String.class)
                .list())
        .containsExactly("worker_restarted", null);
  }

  @Test
  void whatDoesNotFitAnyMoreWaitsInTheQueue() throws SQLException {
    String worker = jobs.worker();
    String project = jobs.project(null);
    String big = jobs.queued(project, 9, 1000);
    String small = jobs.queued(project, 0, 10);
    assertThat(claim(worker)).contains(big);
    assertThat(claim(worker)).contains(small);
    assertThat(queue.takeBack(worker, CPU, 4, 500, LEASE))
        .extracting(job -> job.lease().jobId())
        .containsExactly(small);
    assertThat(jobs.state(big)).isEqualTo("queued");
  }

  @Test
  void anExpiredLeaseFreesTheJobUntilItsRestartsAreUsedUp() throws SQLException {
    String worker = jobs.worker();
    String job = jobs.queued(jobs.project(null));
    jobs.jdbc().sql("UPDATE job SET max_restarts = 1 WHERE id = ?").params(job).update();
    claim(worker);
    assertThat(queue.releaseExpired(List.of())).as("the lease is good").isZero();

    expire(job);
    assertThat(queue.releaseExpired(List.of(job))).as("this process knows better").isZero();
    assertThat(queue.releaseExpired(List.of())).isEqualTo(1);
    claim(worker);
    expire(job);
    assertThat(queue.releaseExpired(List.of())).isEqualTo(1);

    assertThat(jobs.history(job))
        .isEqualTo(
            "queued() running(claimed) queued(lease_expired) running(claimed)"
                + " failed(restarts_exhausted)");
    assertThat(
            jobs.jdbc()
                .sql("SELECT error_code || ': ' || error_message FROM job WHERE id = ?")
                .params(job)
                .query(String.class)
                .single())
        .isEqualTo("restarts_exhausted: The worker was lost 2 times, and max_restarts is 1.");
  }

  @Test
  void aJobThatLosesOneWorkerAfterTheOtherWaitsLongerEachTime() throws SQLException {
    WorkerTransactions transactions =
        new WorkerTransactions(new JdbcTransactionManager(pool), pool);
    JobQueue queue = new JobQueue(transactions, Duration.ofMinutes(1));
    String worker = jobs.worker();
    String job = jobs.queued(jobs.project(null));
    assertThat(claim(worker)).contains(job);
    expire(job);
    queue.releaseExpired(List.of());
    assertThat(claim(worker)).as("at once, after the first loss").contains(job);
    for (int minutes : new int[] {1, 2, 4, 5}) {
      jobs.jdbc().sql("UPDATE job SET max_restarts = 100 WHERE id = ?").params(job).update();
      assertThat(queue.takeBack(worker, CPU, 4, ROOMY, LEASE)).isEmpty();
      assertThat(claim(worker)).isEmpty();
      assertThat(
              jobs.jdbc()
                  .sql(
                      "SELECT round(EXTRACT(EPOCH FROM not_before - now()) / 60) FROM job WHERE id = ?")
                  .params(job)
                  .query(Integer.class)
                  .single())
          .isEqualTo(minutes);
      jobs.jdbc().sql("UPDATE job SET not_before = now() WHERE id = ?").params(job).update();
      assertThat(claim(worker)).contains(job);
    }
  }

  @Test
  void aLostJobThatWasToBePausedIsPaused() throws SQLException {
    String job = jobs.queued(jobs.project(null));
    claim(jobs.worker());
    jobs.jdbc().sql("UPDATE job SET state = 'pausing' WHERE id = ?").params(job).update();
    expire(job);
    assertThat(queue.releaseExpired(List.of())).isEqualTo(1);
    assertThat(jobs.history(job))
        .endsWith("running(claimed) pausing(claimed) queued(lease_expired) paused(paused)");
  }

  @Test
  void aLostJobThatWasToBeCancelledIsCancelled() throws SQLException {
    String job = jobs.queued(jobs.project(null));
    claim(jobs.worker());
    jobs.jdbc().sql("UPDATE job SET state = 'cancelling' WHERE id = ?").params(job).update();
    expire(job);
    assertThat(queue.releaseExpired(List.of())).isEqualTo(1);
    assertThat(jobs.state(job)).isEqualTo("cancelled");
  }

  @Test
  void onlyLeasesThatStillHoldAreRenewed() throws SQLException {
    String worker = jobs.worker();
    String project = jobs.project(null);
    jobs.queued(project);
    jobs.queued(project);
    Lease kept = queue.claim(worker, CPU, ROOMY, LEASE).orElseThrow().lease();
    Lease lost = queue.claim(worker, CPU, ROOMY, LEASE).orElseThrow().lease();
    expire(lost.jobId());
    queue.releaseExpired(List.of());
    queue.claim(worker, CPU, ROOMY, LEASE).orElseThrow();
    expire(kept.jobId());
    assertThat(queue.renew(worker, List.of(kept, lost), LEASE)).containsExactly(kept.jobId());
    assertThat(queue.releaseExpired(List.of())).isZero();
  }

  private static void expire(String job) {
    jobs.jdbc()
        .sql("UPDATE job SET lease_until = now() - interval '1 second' WHERE id = ?")
        .params(job)
        .update();
  }

  private static List<String> claimAll() throws SQLException {
    String worker = jobs.worker();
    List<String> claimed = new ArrayList<>();
    Optional<String> next;
    while ((next = claim(worker)).isPresent()) {
      claimed.add(next.get());
    }
    return claimed;
  }

  private static <T> List<T> inParallel(int threads, Callable<T> work) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : executor.invokeAll(java.util.Collections.nCopies(threads, work))) {
        results.add(future.get());
      }
      return results;
    }
  }
}
