package dev.gradkeeper.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A candidate in a Java process of its own: native libraries of different candidates do not mix,
 * and each can be bound to a processor. It speaks with {@link CandidateMain} in lines.
 */
public final class CandidateProcess implements Candidate {
  private final String name;
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  /**
   * Starts the process and returns when the candidate is ready to run.
   *
   * @param core the processor that it is bound to
   */
  public CandidateProcess(CandidateSpec spec, int core) {
    this(spec, Cores.bind(core));
  }

  /** One that may use every processor. */
  static CandidateProcess unbound(CandidateSpec spec) {
    return new CandidateProcess(spec, List.of());
  }

  private CandidateProcess(CandidateSpec spec, List<String> binding) {
    name = spec.name();
    List<String> command = spec.command(binding);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> environment = builder.environment();
    // Settings of the machine's own libraries, which slow a current one down.
    environment.keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
    environment.putAll(spec.environment());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commands = process.outputWriter();
    answers = process.inputReader();
    answer(CandidateMain.READY);
  }

  @Override
  public Lap run(int steps) {
    try {
      commands.write(CandidateMain.RUN + " " + steps + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String[] words = answer(CandidateMain.LAP).split(" ");
    return new Lap(
        steps,
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Double.parseDouble(words[3]),
        Long.parseLong(words[4]));
  }

  /** The next line that starts with that word; what libraries print themselves is passed over. */
  private String answer(String word) {
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith(word)) {
          return line;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
    throw new IllegalStateException(name + ": its process ended, code " + process.exitValue());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
