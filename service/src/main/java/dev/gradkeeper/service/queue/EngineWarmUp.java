package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.train.WarmUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Compiles the engine's kernels while the service starts, on a thread of the lowest priority, so
 * that the first job does not train on interpreted ones. Off with {@code
 * gradkeeper.worker.warm-up=false}, and where no jobs are trained.
 */
public final class EngineWarmUp
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
  private static final Logger log = LoggerFactory.getLogger(EngineWarmUp.class);

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    Environment environment = event.getEnvironment();
    if (environment.getProperty("gradkeeper.worker.warm-up", Boolean.class, true)
        && environment.getProperty("gradkeeper.worker.slots", Integer.class, -1) != 0) {
      Thread thread = Thread.ofPlatform().name("engine-warm-up").daemon().unstarted(this::warmUp);
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
    }
  }

  private void warmUp() {
    try {
      long start = System.nanoTime();
      WarmUp.run(() -> false);
      log.info("The engine is warm after {} ms", (System.nanoTime() - start) / 1_000_000);
    } catch (RuntimeException e) {
      log.warn("The engine could not be warmed up; the first steps will be slow", e);
    }
  }
}
