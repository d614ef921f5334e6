package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.lenet.EngineLenetCandidate;
import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LibtorchLenetCandidate;
import dev.gradkeeper.benchmarks.libtorch.LibtorchSettings;
import java.nio.file.Path;
import java.util.List;

/** Makes a candidate of a process's arguments: its name, then what it needs. */
final class Candidates {
  static final String LIBTORCH_LENET = "libtorch-lenet";
  static final String ENGINE_LENET = "engine-lenet";

  private Candidates() {}

  static Candidate open(List<String> arguments) {
    List<String> rest = arguments.subList(3, arguments.size());
    LenetJob job = new LenetJob(Path.of(arguments.get(1)), Integer.parseInt(arguments.get(2)));
    return switch (arguments.getFirst()) {
      case LIBTORCH_LENET -> LibtorchLenetCandidate.open(job, LibtorchSettings.of(rest));
      case ENGINE_LENET -> EngineLenetCandidate.open(job);
      default -> throw new IllegalArgumentException("no candidate " + arguments.getFirst());
    };
  }
}
