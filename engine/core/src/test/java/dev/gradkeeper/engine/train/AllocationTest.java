package dev.gradkeeper.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * In steady state training allocates nothing: not at an epoch's end, nor for what the listener
 * hears. What the interpreter and the first compiler box is not counted, so the test waits for a
 * stretch of 10,000 steps that the second compiler has all to itself.
 */
class AllocationTest {
  private static final String STRETCHES = "60";

  @Test
  void tenThousandStepsAllocateNothing() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Xbatch",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                AllocatedBytes.class.getName(),
                STRETCHES)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Map<String, List<String>> bytes =
        process
            .inputReader()
            .lines()
            .map(line -> line.split(" "))
            .collect(
                Collectors.groupingBy(
                    line -> line[0], Collectors.mapping(line -> line[1], Collectors.toList())));

    assertThat(process.waitFor()).isZero();
    assertThat(bytes).containsOnlyKeys("regression", "convolutions", "adam");
    assertThat(bytes.values()).allSatisfy(stretches -> assertThat(stretches).last().isEqualTo("0"));
  }
}
