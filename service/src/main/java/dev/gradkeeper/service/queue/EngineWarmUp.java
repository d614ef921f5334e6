package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.train.WarmUp;
import dev.gradkeeper.service.GradkeeperProperties;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;

/**
 * Compiles the engine's kernels while the service starts, so that the first job does not train on
 * interpreted ones: the {@link Worker} claims what is submitted meanwhile when they are, or after
 * {@link #LONGEST}. A job that is there at the start compiles them as well, and is not kept
 * waiting. Off with {@code gradkeeper.worker.warm-up=false}, and where no jobs are trained.
 *
 * <p>What is compiled is the process's: it has one of these. Thread-safe.
 */
public final class EngineWarmUp {
  private static final Logger log = LoggerFactory.getLogger(EngineWarmUp.class);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Consumer<BooleanSupplier> steps;
  private final Duration longest;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private boolean begun;
  private volatile boolean leftToJob;

  public EngineWarmUp() {
    this(WarmUp::run, LONGEST);
  }

  /**
   * @param steps trains until its argument is true
   * @param longest how long jobs wait for it
   */
  EngineWarmUp(Consumer<BooleanSupplier> steps, Duration longest) {
    this.steps = steps;
    this.longest = longest;
  }

  /** Begins before there is a context, unless jobs were left unfinished. */
  public ApplicationListener<ApplicationEnvironmentPreparedEvent> early() {
    return event -> {
      GradkeeperProperties properties =
          Binder.get(event.getEnvironment()).bindOrCreate("gradkeeper", GradkeeperProperties.class);
      if (!new UnfinishedNote(properties.home()).noted()) {
        begin(properties.worker());
      }
    };
  }

  /**
   * Begins on a thread of its own, unless it has begun, or a job trains.
   *
   * @return completed when jobs need not wait any longer, {@link #LONGEST} from now at the latest
   */
  synchronized CompletableFuture<Void> begin(GradkeeperProperties.Worker settings) {
    if (!settings.warmUp() || settings.effectiveSlots() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    if (!begun && !leftToJob) {
      begun = true;
      Thread.ofPlatform().name("engine-warm-up").daemon().start(this::run);
    }
    return ended.copy().completeOnTimeout(null, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A job does it from now on. */
  synchronized void leaveToJob() {
    leftToJob = true;
    ended.complete(null);
  }

  private void run() {
    try {
      long start = System.nanoTime();
      steps.accept(() -> leftToJob);
      log.info("The engine was warmed up for {} ms", (System.nanoTime() - start) / 1_000_000);
    } catch (RuntimeException e) {
      log.warn("The engine could not be warmed up; the first steps will be slow", e);
    } finally {
      ended.complete(null);
    }
  }
}
