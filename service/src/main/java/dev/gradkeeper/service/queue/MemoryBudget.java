package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.GradkeeperProperties;
import org.springframework.stereotype.Component;

/**
 * What running jobs may need together, by their estimates: a share of the largest heap, so that one
 * job too big for the machine takes nobody down.
 */
@Component
public class MemoryBudget {

  private final long bytes;

  MemoryBudget(GradkeeperProperties properties) {
    bytes = (long) (Runtime.getRuntime().maxMemory() * properties.worker().memoryFraction());
  }

  /** The largest estimate that a job may have; one above it could never start here. */
  public long bytes() {
    return bytes;
  }
}
