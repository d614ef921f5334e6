package dev.gradkeeper.service.checkpoints;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * When a job is saved, and how much of that is kept.
 *
 * @param everySteps null: by time alone
 * @param every since the one before
 * @param keepLast the newest ones
 * @param keepBest beside these, those of the least loss
 */
public record CheckpointPolicy(
    @Nullable Long everySteps, Duration every, int keepLast, int keepBest) {

  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * @param checkpoint of an effective spec
   */
  public static CheckpointPolicy read(JsonNode checkpoint) {
    return new CheckpointPolicy(
        checkpoint.has("every_steps") ? checkpoint.get("every_steps").longValue() : null,
        Duration.ofNanos((long) (checkpoint.get("every_seconds").doubleValue() * NANOS_PER_SECOND)),
        checkpoint.get("keep_last").intValue(),
        checkpoint.get("keep_best").intValue());
  }
}
