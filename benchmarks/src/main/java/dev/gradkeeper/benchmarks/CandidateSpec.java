package dev.gradkeeper.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How to start a candidate's process.
 *
 * @param name in tables
 * @param libraries on the class path beside this program's
 * @param jvm options of the virtual machine
 * @param environment variables it needs
 * @param arguments what {@link Candidates} makes the candidate of
 */
public record CandidateSpec(
    String name,
    List<Path> libraries,
    List<String> jvm,
    Map<String, String> environment,
    List<String> arguments) {

  /**
   * One on Gradkeeper's engine. Its methods are compiled after a fifth of the usual number of
   * calls: those that are called once a step would otherwise be compiled during the laps.
   */
  static CandidateSpec engine(String name, List<String> arguments) {
    List<String> jvm =
        List.of("--add-modules=jdk.incubator.vector", "-XX:CompileThresholdScaling=0.2");
    return new CandidateSpec(name, List.of(), jvm, Map.of(), arguments);
  }

  List<String> command(List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    libraries.forEach(library -> path.append(java.io.File.pathSeparator).append(library));
    command.addAll(List.of("-cp", path.toString(), CandidateMain.class.getName()));
    command.addAll(arguments);
    return command;
  }
}
