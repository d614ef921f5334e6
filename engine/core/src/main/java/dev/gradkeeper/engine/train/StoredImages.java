package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.io.Images;

/** Gives a run the stored data that its spec names. */
@FunctionalInterface
public interface StoredImages {
  /** For runs whose data is in the spec. */
  StoredImages NONE =
      split -> {
        throw new IllegalArgumentException(
            "split \"%s\": there is no stored data".formatted(split));
      };

  /**
   * The images of a split.
   *
   * @throws IllegalArgumentException if there is no such split
   */
  Images split(String split);
}
