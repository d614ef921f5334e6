package dev.gradkeeper.engine.kernel.accelerator;

import java.util.List;

/** Finds the devices of one kind of driver; looked up by {@link java.util.ServiceLoader}. */
public interface AcceleratorProvider {
  /**
   * The devices that are there, in an order that stays the same.
   *
   * @throws AcceleratorException with code {@link AcceleratorException.Code#NO_DRIVER} if there is
   *     no driver
   */
  List<Accelerator> accelerators(AcceleratorOptions options);
}
