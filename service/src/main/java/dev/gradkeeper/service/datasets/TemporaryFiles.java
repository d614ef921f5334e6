package dev.gradkeeper.service.datasets;

import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Files of one request, in the home folder; what a crash leaves behind goes at the next start. */
@Component
class TemporaryFiles {
  private final Path folder;

  TemporaryFiles(Home home) {
    folder = home.resolve("uploads");
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or write " + folder, e);
    }
  }

  /** An empty file, which the caller deletes. */
  Path create() throws IOException {
    return Files.createTempFile(folder, "", ".tmp");
  }
}
