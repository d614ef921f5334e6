package dev.gradkeeper.service.datasets;

import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.train.StoredImages;
import java.util.Map;
import java.util.Set;

/**
 * The images of a dataset, shared by everybody who has it open. Whoever opened it closes it when
 * nobody reads it any more: reading a closed one throws {@link IllegalStateException}.
 */
public final class OpenDataset implements StoredImages, AutoCloseable {
  private final Map<String, Images> splits;
  private Runnable release;

  OpenDataset(Map<String, Images> splits, Runnable release) {
    this.splits = splits;
    this.release = release;
  }

  /** The splits there are, {@code train} first. */
  public Set<String> splits() {
    return splits.keySet();
  }

  @Override
  public Images split(String split) {
    Images images = splits.get(split);
    if (images == null) {
      throw new IllegalArgumentException(
          "split \"%s\": the dataset has %s".formatted(split, splits.keySet()));
    }
    return images;
  }

  @Override
  public synchronized void close() {
    Runnable once = release;
    release = () -> {};
    once.run();
  }
}
