package dev.gradkeeper.benchmarks.libtorch;

import dev.gradkeeper.benchmarks.CandidateSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One of the ways to run a workload on libtorch. */
public record LibtorchVariant(LibtorchBuild build, LibtorchSettings settings) {

  /** Every one that does not read the loss. */
  public static List<LibtorchVariant> all() {
    List<LibtorchVariant> all = new ArrayList<>();
    for (LibtorchBuild build : LibtorchBuild.values()) {
      for (Convolutions convolutions : Convolutions.values()) {
        for (boolean scripted : new boolean[] {false, true}) {
          all.add(new LibtorchVariant(build, new LibtorchSettings(convolutions, scripted, false)));
        }
      }
    }
    return all;
  }

  /** The same, but it reads the loss of every step. */
  public LibtorchVariant readingLoss() {
    return new LibtorchVariant(
        build, new LibtorchSettings(settings.convolutions(), settings.scripted(), true));
  }

  /**
   * @param builds folder of the builds
   * @param arguments of the workload's candidate
   */
  public CandidateSpec candidate(Path builds, List<String> arguments) {
    return build.candidate(builds, settings, arguments);
  }
}
