package dev.gradkeeper.engine.kernel.cpu;

import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Picks the CPU's kernels and logs one line saying which and why.
 *
 * <p>{@code -Dgradkeeper.engine.kernels=vector|scalar} forces one. Without it the vector kernels
 * run where the JVM has the Vector API, as the module {@code jdk.incubator.vector} or on its boot
 * class path, else the scalar ones, with a warning. Both give the same bits.
 */
final class KernelChoice {
  static final String PROPERTY = "gradkeeper.engine.kernels";

  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String ADVICE = "start Java with --add-modules " + VECTOR_MODULE;

  /** By name: the class does not link where the module is absent. */
  private static final String VECTOR_KERNELS = "dev.gradkeeper.engine.kernel.vector.VectorKernels";

  private KernelChoice() {}

  static Kernels kernels() {
    return kernels(
        System.getProperty(PROPERTY, ""),
        hasVectorApi(),
        System.getLogger("dev.gradkeeper.engine"));
  }

  private static boolean hasVectorApi() {
    try {
      Class.forName("jdk.incubator.vector.Vector", false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static Kernels kernels(String forced, boolean vectorModule, Logger logger) {
    return switch (forced) {
      case "scalar" -> scalar(logger, Level.INFO, PROPERTY + "=scalar");
      case "vector" -> {
        if (!vectorModule) {
          throw new IllegalStateException(
              "%s=vector, but the module %s is absent: %s"
                  .formatted(PROPERTY, VECTOR_MODULE, ADVICE));
        }
        yield vector(logger, PROPERTY + "=vector");
      }
      case "" ->
          vectorModule
              ? vector(logger, "the Vector API is present")
              : scalar(
                  logger,
                  Level.WARNING,
                  "the module " + VECTOR_MODULE + " is absent; for full speed " + ADVICE);
      default ->
          throw new IllegalStateException(
              "%s=%s: must be vector or scalar".formatted(PROPERTY, forced));
    };
  }

  private static Kernels scalar(Logger logger, Level level, String reason) {
    logger.log(level, "CPU kernels: scalar ({0})", reason);
    return new ScalarKernels();
  }

  private static Kernels vector(Logger logger, String reason) {
    Kernels kernels;
    try {
      kernels = (Kernels) Class.forName(VECTOR_KERNELS).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the vector kernels cannot start", e.getCause());
    }
    logger.log(Level.INFO, "CPU kernels: {0} ({1})", kernels, reason);
    return kernels;
  }
}
