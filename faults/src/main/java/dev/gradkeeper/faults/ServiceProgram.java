package dev.gradkeeper.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a server is started.
 *
 * @param command without settings
 */
record ServiceProgram(List<String> command) {

  /** As {@code ./gradkeeper up} does it: unpacked, with the options that were prepared for it. */
  static ServiceProgram prepared(Path repository) {
    Path app = repository.resolve("target/app");
    return of(app.resolve("gradkeeper-service.jar"), List.of("@" + app.resolve("java.options")));
  }

  /** The jar of this build. */
  static ServiceProgram packaged(Path repository) {
    return of(
        repository.resolve("service/target/gradkeeper-service.jar"),
        List.of(
            "@" + repository.resolve("service/src/main/jvm/java.options"),
            "--add-modules=jdk.incubator.vector"));
  }

  private static ServiceProgram of(Path jar, List<String> options) {
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(jar + " is missing: build it with mvn verify");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-Xmx768m", "-Dspring.aot.enabled=true", "-jar", jar.toString()));
    return new ServiceProgram(command);
  }

  Process start(Map<String, String> settings, File log) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(name -> name.startsWith("SPRING_") || name.startsWith("GRADKEEPER_"));
    environment.putAll(settings);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
