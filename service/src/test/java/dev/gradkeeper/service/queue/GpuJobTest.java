package dev.gradkeeper.service.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Storage;
import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorInfo;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorUsage;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.artifacts.TestArtifacts;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.checkpoints.CheckpointLoader;
import dev.gradkeeper.service.checkpoints.CheckpointStore;
import dev.gradkeeper.service.devices.Gpus;
import dev.gradkeeper.service.jobs.Specs;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.metrics.TestRecorders;
import dev.gradkeeper.service.web.Contract;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of a job whose GPU fails, and of the GPU's memory; the jobs after it run. */
@ExtendWith(PostgresFixture.class)
class GpuJobTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> DEVICES = List.of("cpu", "gpu:0");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final FailingGpu gpu = new FailingGpu();
  private HikariDataSource pool;
  private TestJobs jobs;
  private JobQueue queue;
  private WorkerTransactions transactions;
  private Gpus gpus;

  /** The CPU's kernels behind a device that can fail. */
  private static final class FailingGpu implements Accelerator {
    /** At its opening, or null. */
    Code refusal;

    /** Reads until it is lost. */
    int reads = Integer.MAX_VALUE;

    int open;
    int opened;

    @Override
    public AcceleratorInfo info() {
      return new AcceleratorInfo("gpu:0", AcceleratorInfo.Type.GPU, "model", "driver", 1 << 30);
    }

    @Override
    public long memoryInUse() {
      return open * 1000L;
    }

    @Override
    public long busyNanos() {
      return 2_500_000_000L;
    }

    @Override
    public long memoryLimit() {
      return 1 << 30;
    }

    @Override
    public AcceleratorSession open(String owner, long estimatedBytes) {
      if (refusal != null) {
        throw new AcceleratorException(refusal, "gpu:0: " + owner + " cannot start");
      }
      open++;
      opened++;
      return new Session();
    }

    private final class Session implements AcceleratorSession {
      private final CpuDevice cpu = CpuDevice.get();

      @Override
      public AcceleratorUsage usage() {
        return new AcceleratorUsage(0, 0, 0, 0, 0, 0);
      }

      @Override
      public void close() {
        open--;
      }

      @Override
      public String name() {
        return "gpu:0";
      }

      @Override
      public Storage allocate(DType dtype, int length) {
        return cpu.allocate(dtype, length);
      }

      @Override
      public Kernels kernels() {
        return cpu.kernels();
      }

      @Override
      public void write(Object array, int arrayOffset, Storage storage, int offset, int length) {
        cpu.write(array, arrayOffset, storage, offset, length);
      }

      @Override
      public void read(Storage storage, int offset, Object array, int arrayOffset, int length) {
        if (--reads < 0) {
          throw new AcceleratorException(Code.DEVICE_LOST, "gpu:0 does not answer any more");
        }
        cpu.read(storage, offset, array, arrayOffset, length);
      }
    }
  }

  @BeforeEach
  void connect(TestDatabase database) {
    pool = database.pool(4);
    jobs = new TestJobs(pool);
    transactions = new WorkerTransactions(new JdbcTransactionManager(pool), pool);
    queue = new JobQueue(transactions, Duration.ZERO);
    gpus = new Gpus(List.of(gpu), meters);
  }

  @AfterEach
  void disconnect() {
    jobs.jdbc().sql("DELETE FROM job").update();
    jobs.jdbc().sql("DELETE FROM blob").update();
    pool.close();
  }

  private String train(String device) throws SQLException {
    String job = jobs.queued(jobs.project(null));
    String spec =
        Specs.REGRESSION.replace("\"seed\"", "\"device\": \"%s\", \"seed\"".formatted(device));
    jobs.jdbc()
        .sql("UPDATE job SET device = ?, spec = ?::jsonb WHERE id = ?")
        .params(device, new Contract().complete("JobSpec", JSON.readTree(spec)).toString(), job)
        .update();
    ClaimedJob claimed =
        queue.claim(jobs.worker(), DEVICES, Long.MAX_VALUE, Duration.ofMinutes(1)).orElseThrow();
    Blobs blobs = new Blobs(new JdbcTemplate(pool));
    CheckpointStore checkpoints = new CheckpointStore(blobs);
    GradkeeperProperties properties =
        new GradkeeperProperties(
            Path.of("unused"),
            null,
            null,
            new GradkeeperProperties.Metrics(64, Duration.ofMillis(5), 1024),
            null);
    new RunningJob(
            claimed,
            new EngineTrainings(JSON, null, gpus),
            TestRecorders.on(transactions, properties),
            new CheckpointLoader(checkpoints, blobs, transactions),
            checkpoints,
            TestArtifacts.on(pool),
            transactions,
            new QueueMeters(meters))
        .run();
    return job;
  }

  private String error(String job) {
    return jobs.jdbc()
        .sql("SELECT error_code || ': ' || error_message FROM job WHERE id = ?")
        .params(job)
        .query(String.class)
        .single();
  }

  @Test
  void aJobTrainsOnTheGpuThatItClaimed() throws SQLException {
    assertThat(jobs.state(train("gpu"))).isEqualTo("succeeded");
    assertThat(gpu.opened).isEqualTo(1);
    assertThat(jobs.state(train("cpu"))).isEqualTo("succeeded");
    assertThat(gpu.opened).isEqualTo(1);
    assertThat(gpu.open).isZero();
  }

  @Test
  void aJobThatDoesNotFitFailsBeforeItStarts() throws SQLException {
    gpu.refusal = Code.OUT_OF_DEVICE_MEMORY;
    String job = train("gpu");
    assertThat(jobs.history(job))
        .isEqualTo("queued() running(claimed) failed(out_of_device_memory)");
    assertThat(error(job)).contains("cannot start");
    assertThat(jobs.state(train("cpu"))).isEqualTo("succeeded");
  }

  @Test
  void aLostDeviceEndsItsJobAlone() throws SQLException {
    gpu.reads = 101;
    String job = train("gpu");
    assertThat(jobs.history(job)).isEqualTo("queued() running(claimed) failed(device_lost)");
    assertThat(error(job)).isEqualTo("device_lost: gpu:0 does not answer any more");
    assertThat(
            jobs.jdbc()
                .sql("SELECT max(first_step + n - 1) FROM metric_chunk WHERE job_id = ?")
                .params(job)
                .query(Long.class)
                .single())
        .as("the steps before are kept")
        .isEqualTo(50);
    assertThat(gpu.open).isZero();

    gpu.reads = Integer.MAX_VALUE;
    assertThat(jobs.state(train("cpu"))).isEqualTo("succeeded");
    assertThat(jobs.state(train("gpu"))).isEqualTo("succeeded");
  }

  @Test
  void aKernelThatCannotBeBuiltIsSaid() throws SQLException {
    gpu.refusal = Code.KERNEL_BUILD_FAILED;
    assertThat(error(train("gpu"))).startsWith("kernel_build_failed: ");
  }

  @Test
  void memoryAndTimeAreMeasured() {
    assertThat(meters.get("gradkeeper.device.memory.limit").tag("device", "gpu:0").gauge().value())
        .isEqualTo(1 << 30);
    gpu.open = 3;
    assertThat(meters.get("gradkeeper.device.memory.used").gauge().value()).isEqualTo(3000);
    assertThat(meters.get("gradkeeper.device.busy").functionCounter().count()).isEqualTo(2.5);
  }
}
