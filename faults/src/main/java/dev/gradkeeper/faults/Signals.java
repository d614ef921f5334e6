package dev.gradkeeper.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/** POSIX signals that {@link Process} does not know. */
final class Signals {

  private Signals() {}

  static void send(String signal, long pid) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
