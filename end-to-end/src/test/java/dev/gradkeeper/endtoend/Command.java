package dev.gradkeeper.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program run to its end in the repository's root.
 *
 * @param output what it wrote to standard output and error
 */
record Command(int exitCode, String output) {
  private static final int LIMIT_MINUTES = 5;

  static Command run(Map<String, String> environment, List<String> words) {
    try {
      Path output = Files.createTempFile("command", ".log");
      var builder = new ProcessBuilder(words).directory(Repository.ROOT.toFile());
      builder.environment().putAll(environment);
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
      }
      var command = new Command(process.exitValue(), Files.readString(output));
      Files.delete(output);
      return command;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
