package dev.gradkeeper.engine.kernel.accelerator;

import dev.gradkeeper.engine.kernel.Device;

/**
 * A device as one job uses it, from one thread at a time. Closing it frees all of its memory,
 * whatever tensors are still reachable, and never throws.
 *
 * <p>Besides what the operations state, any of them throws {@link AcceleratorException} if the
 * device fails.
 */
public interface AcceleratorSession extends Device, AutoCloseable {
  /** What the session has done so far. */
  AcceleratorUsage usage();

  @Override
  void close();
}
