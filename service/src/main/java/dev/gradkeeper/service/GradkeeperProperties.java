package dev.gradkeeper.service;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Everything that can be set under {@code gradkeeper.} (as an environment variable: {@code
 * GRADKEEPER_HOME}, {@code GRADKEEPER_WORKER_SLOTS}, …).
 *
 * @param home holds the embedded database, the admin key and caches
 */
@ConfigurationProperties("gradkeeper")
public record GradkeeperProperties(
    @DefaultValue(".gradkeeper") Path home,
    @DefaultValue Postgres postgres,
    @DefaultValue Worker worker,
    @DefaultValue Metrics metrics,
    @DefaultValue Gpu gpu) {

  /**
   * The embedded Postgres, used when {@code SPRING_DATASOURCE_URL} is not set.
   *
   * @param port on the loopback interface; 0: any free one
   * @param binaries where its programs are unpacked; absent: in the home folder
   */
  public record Postgres(@DefaultValue("0") int port, Path binaries) {}

  /**
   * This process's share of the training.
   *
   * @param slots jobs that train at the same time, a platform thread each; -1: one for each core;
   *     0: this process serves requests only
   * @param memoryFraction share of the largest heap that running jobs may need together, by
   *     estimate
   * @param lease how long a job stays this worker's after its last heartbeat
   * @param poll how often the queue and the wishes of clients are looked at when nothing wakes the
   *     worker sooner
   * @param housekeeping how often expired leases are looked for
   * @param backOff how long a job waits that has lost its second worker; doubled with each further
   *     one, up to five minutes. After the first it is started again at once.
   * @param warmUp whether the engine is compiled before the first job
   */
  public record Worker(
      @DefaultValue("-1") int slots,
      @DefaultValue("0.6") double memoryFraction,
      @DefaultValue("30s") Duration lease,
      @DefaultValue("250ms") Duration poll,
      @DefaultValue("5s") Duration housekeeping,
      @DefaultValue("1s") Duration backOff,
      @DefaultValue("true") boolean warmUp) {

    public Worker {
      if (slots < -1) {
        throw new IllegalArgumentException(
            "gradkeeper.worker.slots must be -1 or more, is " + slots);
      }
      if (!(memoryFraction > 0 && memoryFraction <= 1)) {
        throw new IllegalArgumentException(
            "gradkeeper.worker.memory-fraction must be in (0, 1], is " + memoryFraction);
      }
    }

    /** No job waits longer than this for a worker that it may not lose. */
    public static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

    /** The number of slots, with the default resolved. */
    public int effectiveSlots() {
      return slots >= 0 ? slots : Runtime.getRuntime().availableProcessors();
    }
  }

  /**
   * How steps get from the training thread into the database.
   *
   * @param chunkSteps steps in a row of {@code metric_chunk} at most
   * @param flushInterval the longest that a step waits for the others of its chunk
   * @param bufferSteps steps of one job that are kept while the database is away; the training
   *     thread waits when they are used up
   */
  public record Metrics(
      @DefaultValue("256") int chunkSteps,
      @DefaultValue("500ms") Duration flushInterval,
      @DefaultValue("16384") int bufferSteps) {

    public Metrics {
      if (chunkSteps < 1 || chunkSteps > 10_000) {
        throw new IllegalArgumentException(
            "gradkeeper.metrics.chunk-steps must be between 1 and 10000, is " + chunkSteps);
      }
      if (bufferSteps < 2 * chunkSteps) {
        throw new IllegalArgumentException(
            "gradkeeper.metrics.buffer-steps must be at least twice chunk-steps, is "
                + bufferSteps);
      }
    }
  }

  /**
   * This process's GPUs.
   *
   * @param allowCpuDevices whether a driver counts as a GPU that computes on the processor: for
   *     tests
   * @param memoryFraction share of a GPU's memory that jobs may use
   */
  public record Gpu(
      @DefaultValue("false") boolean allowCpuDevices, @DefaultValue("0.9") double memoryFraction) {

    public Gpu {
      if (!(memoryFraction > 0 && memoryFraction <= 1)) {
        throw new IllegalArgumentException(
            "gradkeeper.gpu.memory-fraction must be in (0, 1], is " + memoryFraction);
      }
    }
  }
}
