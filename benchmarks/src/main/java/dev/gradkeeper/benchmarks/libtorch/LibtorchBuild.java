package dev.gradkeeper.benchmarks.libtorch;

import dev.gradkeeper.benchmarks.CandidateSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The builds of libtorch on Maven Central; the build of this module puts them in its folder. */
public enum LibtorchBuild {
  /** PyTorch's own build, linked with MKL, below the bindings of the same version. */
  OFFICIAL_MKL(
      "2.7.1 official (MKL)",
      List.of("official-2.7/*"),
      List.of(
          "-Dorg.bytedeco.javacpp.pathsFirst=true",
          "-Djava.library.path={}/official-2.7/native/pytorch/cpu/linux-x86_64")),

  BYTEDECO_OPENBLAS("2.10 bytedeco (OpenBLAS)", List.of("bytedeco-2.10/*"), List.of()),

  /** MKL takes OpenBLAS's place. */
  BYTEDECO_MKL(
      "2.10 bytedeco (MKL)",
      List.of("bytedeco-2.10/*", "mkl/*"),
      List.of("-Dorg.bytedeco.openblas.load=mkl_rt"));

  private final String title;
  private final List<String> libraries;
  private final List<String> options;

  LibtorchBuild(String title, List<String> libraries, List<String> options) {
    this.title = title;
    this.libraries = libraries;
    this.options = options;
  }

  /**
   * A candidate on this build.
   *
   * @param folder where the builds are
   * @param arguments the candidate's, without those of {@link LibtorchSettings}
   */
  public CandidateSpec candidate(Path folder, LibtorchSettings settings, List<String> arguments) {
    List<String> jvm = new ArrayList<>();
    jvm.add("--enable-native-access=ALL-UNNAMED");
    jvm.add("--sun-misc-unsafe-memory-access=allow");
    jvm.add("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("extracted").resolve(name()));
    options.forEach(option -> jvm.add(option.replace("{}", folder.toString())));
    List<String> all = new ArrayList<>(arguments);
    all.addAll(settings.arguments());
    return new CandidateSpec(
        "libtorch " + title + settings.title(),
        libraries.stream().map(folder::resolve).toList(),
        jvm,
        Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1", "MKL_THREADING_LAYER", "GNU"),
        all);
  }
}
