package dev.gradkeeper.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which processors this process may use, and how a process is bound to one. */
public final class Cores {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  private Cores() {}

  /** Numbers of the processors that this process may use, in rising order; at least one. */
  public static List<Integer> allowed() {
    try {
      String list =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("Cpus_allowed_list:"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElse("0");
      List<Integer> cores = new ArrayList<>();
      for (String range : list.split(",")) {
        String[] ends = range.split("-");
        for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
          cores.add(i);
        }
      }
      return cores;
    } catch (IOException notLinux) {
      return List.of(0);
    }
  }

  /** Whether processes can be bound here at all. */
  public static boolean canBind() {
    return Files.isExecutable(TASKSET);
  }

  /** What goes before a command so that it and its children stay on that processor. */
  public static List<String> bind(int core) {
    return canBind() ? List.of(TASKSET.toString(), "-c", Integer.toString(core)) : List.of();
  }

  /** Moves all threads of a running process to that processor, where processes can be bound. */
  public static void move(long pid, int core) {
    if (canBind()) {
      try {
        new ProcessBuilder(
                TASKSET.toString(), "-a", "-c", "-p", Integer.toString(core), Long.toString(pid))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
