package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * What is left of the kernel calls of a recorded step, in order, on the views that they had then.
 * Running it does the same work on what those views hold now, and allocates nothing.
 */
public final class Plan {
  private final Kernels kernels;
  private final KernelCall[] calls;

  Plan(Kernels kernels, List<KernelCall> calls) {
    this.kernels = kernels;
    this.calls = calls.toArray(KernelCall[]::new);
  }

  /** Enqueues all of them again, in order. */
  public void run() {
    for (KernelCall call : calls) {
      call.run(kernels);
    }
  }

  /** The kernels that it runs, in order, by the names of {@link KernelCall}. */
  public List<String> kernelNames() {
    return Arrays.stream(calls).map(call -> call.getClass().getSimpleName()).toList();
  }
}
