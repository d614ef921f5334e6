package dev.gradkeeper.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a run was made.
 *
 * @param load mean number of runnable tasks in the last minute: above the processors in use, the
 *     figures suffer from neighbours
 */
record Machine(String processor, int cores, String system, String java, double load) {

  static Machine here() {
    return new Machine(
        processorName(),
        Cores.allowed().size(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.vendor") + " " + Runtime.version(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String processorName() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException notLinux) {
      return System.getProperty("os.arch");
    }
  }
}
