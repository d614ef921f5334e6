package dev.gradkeeper.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The options of the service's JVM and the kernels that they name. */
class JavaOptionsTest {
  private static final String INLINE = "-XX:CompileCommand=inline,";

  @Test
  void methodsOfKernelsThatTakeOrReturnVectorsAreInlined() throws IOException {
    List<String> inlined =
        Files.readAllLines(Path.of("src/main/jvm/java.options")).stream()
            .filter(line -> line.startsWith(INLINE))
            .map(line -> line.substring(INLINE.length()))
            .toList();
    List<JavaMethod> methods =
        new ClassFileImporter()
            .importPackages("dev.gradkeeper.engine.kernel.vector").stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(JavaOptionsTest::hasVectors)
                .toList();
    assertThat(methods).isNotEmpty();
    TreeSet<String> missing = new TreeSet<>();
    for (JavaMethod method : methods) {
      String type = method.getOwner().getName();
      if (!inlined.contains(type + "::" + method.getName()) && !inlined.contains(type + "::*")) {
        missing.add(type + "::" + method.getName());
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean hasVectors(JavaMethod method) {
    return Stream.concat(
            Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
        .map(JavaClass::getName)
        .anyMatch(
            name ->
                name.matches("jdk\\.incubator\\.vector\\.(\\w+Vector|VectorMask|VectorShuffle)"));
  }
}
