package dev.gradkeeper.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the tests find what a clone of the repository holds. */
final class Repository {
  static final Path ROOT = Path.of(System.getProperty("repository"));

  private Repository() {}

  static Path path(String name) {
    return ROOT.resolve(name);
  }

  static String text(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A packaged jar; {@code mvn verify} makes it before these tests run. */
  static String jar(String name) {
    Path jar = path(name);
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(jar + " is missing: run these tests with mvn verify");
    }
    return jar.toString();
  }
}
