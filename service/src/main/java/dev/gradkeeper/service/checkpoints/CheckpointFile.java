package dev.gradkeeper.service.checkpoints;

import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.engine.train.spec.Reached;
import dev.gradkeeper.service.blobs.BlobContent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint on its way into the database.
 *
 * @param loss of the last step; null before the first of the attempt
 * @param score what keep_best compares, less is better; null where that is not known
 */
public record CheckpointFile(
    Reached reached, BlobContent content, @Nullable Float loss, @Nullable Float score) {

  /**
   * Copies what the run will overwrite when it goes on.
   *
   * @throws IOException if it is too large to be read back
   */
  public static CheckpointFile of(
      Checkpoint checkpoint, @Nullable Float loss, @Nullable Float score) throws IOException {
    return new CheckpointFile(
        checkpoint.progress().reached(), BlobContent.of(checkpoint::write), loss, score);
  }
}
