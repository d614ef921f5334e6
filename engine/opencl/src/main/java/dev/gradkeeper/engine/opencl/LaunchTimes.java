package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.CL_PROFILING_COMMAND_END;
import static org.lwjgl.opencl.CL10.CL_PROFILING_COMMAND_START;
import static org.lwjgl.opencl.CL10.CL_SUCCESS;
import static org.lwjgl.opencl.CL10.clGetEventProfilingInfo;
import static org.lwjgl.opencl.CL10.clReleaseEvent;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lwjgl.system.MemoryStack;

/** How long each kernel ran on the device, by its own clock. */
final class LaunchTimes {
  private record Open(String kernel, long event) {}

  private static final class Sum {
    long launches;
    long nanos;
  }

  private final List<Open> open = new ArrayList<>();
  private final Map<String, Sum> sums = new HashMap<>();

  /** Takes over the event of a launch. */
  void add(String kernel, long event) {
    open.add(new Open(kernel, event));
  }

  /** After the device has caught up. */
  void collect() {
    for (Open launch : open) {
      Sum sum = sums.computeIfAbsent(launch.kernel, _ -> new Sum());
      sum.launches++;
      sum.nanos +=
          time(launch.event, CL_PROFILING_COMMAND_END)
              - time(launch.event, CL_PROFILING_COMMAND_START);
      clReleaseEvent(launch.event);
    }
    open.clear();
  }

  /** A moment in an event's life, in nanoseconds of the device's clock; 0 if it has none. */
  static long time(long event, int moment) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      LongBuffer nanos = stack.callocLong(1);
      return clGetEventProfilingInfo(event, moment, nanos, null) == CL_SUCCESS ? nanos.get(0) : 0;
    }
  }

  /** One line for each kernel, the longest first. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder("kernel, launches, milliseconds");
    sums.entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue().nanos, a.getValue().nanos))
        .forEach(
            e ->
                table.append(
                    "%n%s, %d, %.3f"
                        .formatted(e.getKey(), e.getValue().launches, e.getValue().nanos / 1e6)));
    return table.toString();
  }
}
