package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.train.WarmUp;
import dev.gradkeeper.service.GradkeeperProperties;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Compiles the engine's kernels while the service starts, so that the first job does not train on
 * interpreted ones. Where there is a job already it is left to that job, which compiles them as
 * well, and is taken back sooner if nothing else takes processor time. The service is ready when
 * the kernels are, or {@link #LONGEST_WAIT} after everything else is. Off with {@code
 * gradkeeper.worker.warm-up=false}, and where no jobs are trained.
 *
 * <p>What is compiled is the process's, and so is the state here. Thread-safe.
 */
@Component("engine")
public final class EngineWarmUp implements HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(EngineWarmUp.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private static final AtomicBoolean begun = new AtomicBoolean();
  private static volatile boolean running;
  private static volatile boolean jobTrains;

  private volatile Long startedNanos;

  /** Begins before there is a context, unless jobs were left unfinished. */
  public static ApplicationListener<ApplicationEnvironmentPreparedEvent> early() {
    return event -> {
      GradkeeperProperties properties =
          Binder.get(event.getEnvironment()).bindOrCreate("gradkeeper", GradkeeperProperties.class);
      if (!new UnfinishedNote(properties.home()).noted()) {
        begin(properties.worker());
      }
    };
  }

  /** Begins on a thread of its own, unless it has begun, or a job trains. */
  static void begin(GradkeeperProperties.Worker settings) {
    if (settings.warmUp()
        && settings.effectiveSlots() > 0
        && !jobTrains
        && begun.compareAndSet(false, true)) {
      running = true;
      Thread.ofPlatform().name("engine-warm-up").daemon().start(EngineWarmUp::run);
    }
  }

  /** A job does it from now on. */
  static void leaveToJob() {
    jobTrains = true;
  }

  private static void run() {
    try {
      long start = System.nanoTime();
      WarmUp.run(() -> jobTrains);
      log.info("The engine was warmed up for {} ms", (System.nanoTime() - start) / 1_000_000);
    } catch (RuntimeException e) {
      log.warn("The engine could not be warmed up; the first steps will be slow", e);
    } finally {
      running = false;
    }
  }

  @EventListener(ApplicationStartedEvent.class)
  void serviceStarted() {
    startedNanos = System.nanoTime();
  }

  @Override
  public Health health() {
    Long since = startedNanos;
    boolean waited = since != null && System.nanoTime() - since > LONGEST_WAIT.toNanos();
    return !running || waited
        ? Health.up().build()
        : Health.outOfService().withDetail("kernels", "being compiled").build();
  }
}
