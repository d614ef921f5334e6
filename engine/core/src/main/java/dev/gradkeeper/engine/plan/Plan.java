package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is left of the kernel calls of a recorded step, in order, on the views that they had then.
 * Running it does the same work on what those views hold now, and allocates nothing.
 */
public final class Plan implements Runnable {
  private final Device device;
  private final KernelCall[] calls;
  private final Runnable[] parts;

  Plan(Device device, List<KernelCall> calls) {
    this.device = device;
    this.calls = calls.toArray(KernelCall[]::new);
    List<Runnable> prepared = new ArrayList<>();
    for (int start = 0; start < calls.size(); ) {
      if (calls.get(start) instanceof KernelCall.Host(Runnable task)) {
        prepared.add(() -> device.host(task));
        start++;
      } else {
        int end = start + 1;
        while (end < calls.size() && !(calls.get(end) instanceof KernelCall.Host)) {
          end++;
        }
        prepared.add(device.prepare(enqueue(Arrays.copyOfRange(this.calls, start, end))));
        start = end;
      }
    }
    this.parts = prepared.toArray(Runnable[]::new);
  }

  private static Consumer<Kernels> enqueue(KernelCall[] part) {
    return kernels -> {
      for (KernelCall call : part) {
        call.run(kernels);
      }
    };
  }

  /** Enqueues all of them again, in order. */
  @Override
  public void run() {
    for (Runnable part : parts) {
      part.run();
    }
  }

  /**
   * The same work in at most {@code parts} plans that may run at the same time, where it is
   * elementwise over long vectors and the device can do that; else this plan.
   */
  public Plan[] split(int parts) {
    if (!device.runsOnCallingThread()) {
      return new Plan[] {this};
    }
    return Split.of(List.of(calls), parts).stream()
        .map(part -> new Plan(device, part))
        .toArray(Plan[]::new);
  }

  /** Whether tasks of the host are among the calls: they may use what other plans use. */
  public boolean hasHostTasks() {
    return Arrays.stream(calls).anyMatch(call -> call instanceof KernelCall.Host);
  }

  /** The kernels that it runs, in order, by the names of {@link KernelCall}. */
  public List<String> kernelNames() {
    return Arrays.stream(calls).map(call -> call.getClass().getSimpleName()).toList();
  }
}
