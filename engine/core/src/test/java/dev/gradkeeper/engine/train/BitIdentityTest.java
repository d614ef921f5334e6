package dev.gradkeeper.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same job gives the same bits at every step in JVMs of all kinds: interpreter, first and
 * second compiler, vectors of 128, 256 and 512 bits, and without vectors.
 */
class BitIdentityTest {
  private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

  /** Steps in compiled and in interpreted JVMs; the shorter series is a prefix of the longer. */
  private static final String[] COMPILED = {"400", "400"};

  private static final String[] INTERPRETED = {"4", "20"};

  private static List<String> reference;

  @BeforeAll
  static void runReference() throws Exception {
    reference = bits(COMPILED, VECTOR_MODULE);
    assertThat(reference).hasSize(800).doesNotHaveDuplicates();
  }

  static Stream<Arguments> jvms() {
    return Stream.of(
        Arguments.of("again", COMPILED, new String[] {VECTOR_MODULE}),
        Arguments.of(
            "128 bits",
            COMPILED,
            new String[] {VECTOR_MODULE, "-Dgradkeeper.engine.vector-bits=128"}),
        Arguments.of(
            "256 bits",
            COMPILED,
            new String[] {VECTOR_MODULE, "-Dgradkeeper.engine.vector-bits=256"}),
        Arguments.of(
            "512 bits",
            COMPILED,
            new String[] {VECTOR_MODULE, "-Dgradkeeper.engine.vector-bits=512"}),
        Arguments.of("no vector module", COMPILED, new String[0]),
        Arguments.of("interpreter", INTERPRETED, new String[] {VECTOR_MODULE, "-Xint"}),
        Arguments.of("interpreter, scalar", INTERPRETED, new String[] {"-Xint"}),
        Arguments.of(
            "first compiler",
            new String[] {"40", "100"},
            new String[] {VECTOR_MODULE, "-XX:TieredStopAtLevel=1"}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jvms")
  void givesTheSameBits(String name, String[] steps, String[] options) throws Exception {
    List<String> bits = bits(steps, options);

    assertThat(bits).hasSize(Integer.parseInt(steps[0]) + Integer.parseInt(steps[1]));
    assertThat(reference).containsAll(bits);
  }

  private static List<String> bits(String[] steps, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(RunBits.class.getName());
    command.addAll(List.of(steps));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).isZero();
    return lines;
  }
}
