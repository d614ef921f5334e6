package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * A note in the home folder that jobs train here; a process that is killed leaves it behind. It is
 * a hint before the database can be asked, which alone knows.
 */
@Component
final class UnfinishedNote {
  private static final Logger log = LoggerFactory.getLogger(UnfinishedNote.class);

  private final Path note;

  @Autowired
  UnfinishedNote(Home home) {
    this(home.resolve(""));
  }

  /**
   * @param home the service's folder
   */
  UnfinishedNote(Path home) {
    note = home.resolve("jobs.unfinished");
  }

  boolean noted() {
    return Files.exists(note);
  }

  void note(boolean any) {
    try {
      if (!any) {
        Files.deleteIfExists(note);
      } else if (!noted()) {
        Files.createFile(note);
      }
    } catch (IOException e) {
      log.warn("{} could not be written or removed: {}", note, e.toString());
    }
  }
}
