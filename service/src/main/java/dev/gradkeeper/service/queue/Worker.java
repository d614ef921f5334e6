package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.artifacts.Artifacts;
import dev.gradkeeper.service.checkpoints.CheckpointLoader;
import dev.gradkeeper.service.checkpoints.CheckpointStore;
import dev.gradkeeper.service.devices.Gpus;
import dev.gradkeeper.service.jobs.JobChanged;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.WorkerTransactions;
import dev.gradkeeper.service.metrics.MetricRecorders;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * This process's slots, and the one thread that fills them: it claims jobs, renews their leases,
 * and passes on the wish to pause or cancel. Each job trains on a platform thread of its own.
 */
@Component
final class Worker implements SmartLifecycle, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final int HEARTBEATS_PER_LEASE = 3;
  private static final Duration STOP_TIME = Duration.ofSeconds(8);

  private final String id;
  private final int slots;
  private final GradkeeperProperties.Worker settings;
  private final MemoryBudget budget;
  private final Gpus gpus;
  private final JobQueue queue;
  private final WorkerRegistry registry;
  private final WorkSignal signal;
  private final Training.Source trainings;
  private final MetricRecorders recorders;
  private final CheckpointLoader checkpoints;
  private final CheckpointStore checkpointStore;
  private final Artifacts artifacts;
  private final WorkerTransactions transactions;
  private final QueueMeters meters;
  private final UnfinishedNote unfinished;
  private final EngineWarmUp warmUp;
  private final ApplicationEventPublisher events;

  private final Map<RunningJob, Thread> running = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private volatile boolean introduced;

  /**
   * Events are published by one thread alone while the service starts; nobody waits for them then.
   */
  private volatile boolean heard;

  private volatile Thread dispatcher;

  /** Null until what waited at the start has been claimed. */
  private CompletableFuture<Void> warm;

  private long lastHeartbeat;
  private boolean databaseAway;

  Worker(
      WorkerIdentity identity,
      UnfinishedNote unfinished,
      GradkeeperProperties properties,
      MemoryBudget budget,
      Gpus gpus,
      JobQueue queue,
      WorkerRegistry registry,
      WorkSignal signal,
      Training.Source trainings,
      MetricRecorders recorders,
      CheckpointLoader checkpoints,
      CheckpointStore checkpointStore,
      Artifacts artifacts,
      WorkerTransactions transactions,
      QueueMeters meters,
      EngineWarmUp warmUp,
      ApplicationEventPublisher events) {
    this.id = identity.id();
    this.settings = properties.worker();
    this.slots = settings.effectiveSlots();
    this.budget = budget;
    this.gpus = gpus;
    this.queue = queue;
    this.registry = registry;
    this.signal = signal;
    this.trainings = trainings;
    this.recorders = recorders;
    this.checkpoints = checkpoints;
    this.checkpointStore = checkpointStore;
    this.artifacts = artifacts;
    this.transactions = transactions;
    this.meters = meters;
    this.unfinished = unfinished;
    this.warmUp = warmUp;
    this.events = events;
    meters.gauge("gradkeeper.slots", "Jobs that this worker trains at the same time", () -> slots);
    meters.gauge("gradkeeper.slots.busy", "Slots in use", running::size);
    meters.gauge("gradkeeper.memory.budget", "Bytes that running jobs may need", budget::bytes);
    meters.gauge(
        "gradkeeper.memory.reserved",
        "Bytes that running jobs need, by estimate",
        () -> budget.bytes() - freeMemory());
  }

  /** Whether what an earlier process of this worker held has been seen to. */
  boolean hasTakenBack() {
    return introduced || slots == 0;
  }

  /** Jobs that train in this process. */
  Set<String> runningJobs() {
    return running.keySet().stream().map(job -> job.lease().jobId()).collect(Collectors.toSet());
  }

  private long freeMemory() {
    return budget.bytes() - running.keySet().stream().mapToLong(RunningJob::memoryBytes).sum();
  }

  /** The CPU, which jobs share, and the GPUs that no job trains on. */
  private List<String> freeDevices() {
    List<String> free = new ArrayList<>();
    free.add(JobQueue.CPU);
    for (Accelerator gpu : gpus.all()) {
      String name = gpu.info().name();
      if (running.keySet().stream().noneMatch(job -> job.device().equals(name))) {
        free.add(name);
      }
    }
    return free;
  }

  /** Takes up work before there is anybody to hear of it. */
  void startEarly() {
    if (dispatcher == null && slots > 0) {
      stopping = false;
      introduced = false;
      dispatcher = Thread.ofPlatform().name("gradkeeper-worker").start(this::dispatch);
    }
  }

  @Override
  public void start() {
    startEarly();
    heard = true;
    if (slots == 0) {
      log.info("No worker slots: this process serves requests only");
    }
  }

  @Override
  public boolean isRunning() {
    return heard;
  }

  private void dispatch() {
    while (!stopping) {
      try {
        if (!introduced) {
          introduce();
          introduced = true;
        }
        heartbeatWhenDue();
        queue.stopRequested(id).forEach(this::stop);
        if (warm == null || warm.isDone()) {
          claimWhileThereIsRoom();
        }
        if (warm == null) {
          warm = warmUp.begin(settings);
          warm.thenRun(signal::wake);
        }
        databaseAway = false;
      } catch (SQLException e) {
        if (!databaseAway) {
          log.warn("The queue cannot be reached, trying on: {}", e.getMessage());
        }
        databaseAway = true;
      } catch (RuntimeException | Error e) {
        log.error("The worker met an error and goes on", e);
      }
      try {
        signal.await(settings.poll().toNanos());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void introduce() throws SQLException {
    registry.introduce(id, slots, budget.bytes());
    List<ClaimedJob> back =
        queue.takeBack(id, freeDevices(), slots, budget.bytes(), settings.lease());
    lastHeartbeat = System.nanoTime();
    back.forEach(this::train);
    log.info("Worker {} trains up to {} jobs; {} taken back", id, slots, back.size());
  }

  private void heartbeatWhenDue() throws SQLException {
    long now = System.nanoTime();
    if (now - lastHeartbeat < settings.lease().toNanos() / HEARTBEATS_PER_LEASE) {
      return;
    }
    List<RunningJob> jobs = List.copyOf(running.keySet());
    List<Lease> leases = jobs.stream().map(RunningJob::lease).toList();
    Set<String> kept = queue.renew(id, leases, settings.lease());
    lastHeartbeat = now;
    for (RunningJob job : jobs) {
      if (!kept.contains(job.lease().jobId())) {
        job.loseLease();
      }
    }
  }

  private void stop(String jobId) {
    for (RunningJob job : running.keySet()) {
      if (job.lease().jobId().equals(jobId)) {
        job.stop();
      }
    }
  }

  private void claimWhileThereIsRoom() throws SQLException {
    while (!stopping && running.size() < slots) {
      Optional<ClaimedJob> claimed = queue.claim(id, freeDevices(), freeMemory(), settings.lease());
      if (claimed.isEmpty()) {
        return;
      }
      meters.claimed(claimed.get());
      train(claimed.get());
    }
  }

  private void train(ClaimedJob claimed) {
    RunningJob job =
        new RunningJob(
            claimed,
            trainings,
            recorders,
            checkpoints,
            checkpointStore,
            artifacts,
            transactions,
            meters);
    Thread thread =
        Thread.ofPlatform()
            .name("train-" + claimed.lease().jobId())
            .unstarted(
                () -> {
                  try {
                    job.run();
                  } finally {
                    running.remove(job);
                    noteUnfinished();
                    changed(job.lease().jobId());
                    signal.wake();
                  }
                });
    running.put(job, thread);
    noteUnfinished();
    warmUp.leaveToJob();
    changed(claimed.lease().jobId());
    thread.start();
  }

  /** Those that are handed back are not finished either. */
  private synchronized void noteUnfinished() {
    if (!stopping) {
      unfinished.note(!running.isEmpty());
    }
  }

  private void changed(String jobId) {
    if (heard) {
      events.publishEvent(new JobChanged(jobId));
    }
  }

  /**
   * Hands running jobs back to the queue between their micro-batches, saved as they stand. One
   * whose step takes longer than there is time, or while the database is away, is left to its
   * lease.
   */
  @Override
  public void stop() {
    heard = false;
    Thread thread = dispatcher;
    if (thread == null) {
      return;
    }
    stopping = true;
    signal.wake();
    running.keySet().forEach(RunningJob::stop);
    long deadline = System.nanoTime() + STOP_TIME.toNanos();
    try {
      join(thread, deadline);
      // Again: the dispatcher may have been starting one.
      running.keySet().forEach(RunningJob::stop);
      for (Thread training : running.values()) {
        join(training, deadline);
      }
      running.keySet().forEach(RunningJob::abandon);
      registry.leave(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      log.warn("The worker could not sign off: {}", e.getMessage());
    }
    dispatcher = null;
  }

  /** Where the rest of the service could not start, nobody stops what has. */
  @Override
  public void destroy() {
    stop();
  }

  private static void join(Thread thread, long deadline) throws InterruptedException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    thread.join(Math.max(1, millis));
  }
}
