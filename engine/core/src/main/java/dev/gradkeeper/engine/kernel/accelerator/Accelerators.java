package dev.gradkeeper.engine.kernel.accelerator;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The devices of this machine beside the CPU. */
public final class Accelerators {
  private Accelerators() {}

  /**
   * Asks every provider on the class path, and logs one line for each that has no driver. A machine
   * without any device is nothing unusual: the list is empty then.
   */
  public static List<Accelerator> find(AcceleratorOptions options) {
    return find(
        ServiceLoader.load(AcceleratorProvider.class),
        options,
        System.getLogger("dev.gradkeeper.engine"));
  }

  static List<Accelerator> find(
      Iterable<AcceleratorProvider> providers, AcceleratorOptions options, Logger logger) {
    List<Accelerator> found = new ArrayList<>();
    for (AcceleratorProvider provider : providers) {
      try {
        found.addAll(provider.accelerators(options));
      } catch (AcceleratorException e) {
        logger.log(Level.INFO, "No GPU: {0}", e.getMessage());
      }
    }
    return List.copyOf(found);
  }
}
