package dev.gradkeeper.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A job spec as text, sent as it is, so that the server judges every field of it.
 *
 * @param json the body of {@code POST /v1/jobs}
 */
record Spec(String json) {
  private static final String PLACEHOLDER = "${DATASET}";

  /** Reads a spec; {@code ${DATASET}} in it becomes an id, asked for only then. */
  static Spec read(String file, Supplier<String> datasetId) {
    String text;
    try {
      text = Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new Failure("cannot read the job spec " + file);
    }
    return new Spec(text.contains(PLACEHOLDER) ? text.replace(PLACEHOLDER, datasetId.get()) : text);
  }
}
