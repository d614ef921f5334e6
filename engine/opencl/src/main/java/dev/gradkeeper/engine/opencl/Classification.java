package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.scalar.Sums;

/** Launches of classification.cl. */
final class Classification {
  /** Work-items of one row, where it is long. */
  static final int LANES = Sums.SUM_LANES;

  private static final String FAMILY = "classification";

  private final Launcher launcher;

  Classification(Launcher launcher) {
    this.launcher = launcher;
  }

  void logSoftmax(View x, View out) {
    Launcher.requireFloat(x, out);
    int n = x.size(-1);
    Launch launch =
        rows("log_softmax", n)
            .buffer(x)
            .buffer(out)
            .struct(StridedWalk.leading(x, x, out, 1).words());
    submit(launch, out.count(), n, x.stride(-1), out.stride(-1));
  }

  void logSoftmaxBackward(View out, View gradOut, View gradX) {
    Launcher.requireFloat(out, gradOut, gradX);
    int n = gradX.size(-1);
    Launch launch =
        rows("log_softmax_backward", n)
            .buffer(out)
            .buffer(gradOut)
            .buffer(gradX)
            .struct(StridedWalk.leading(out, gradOut, gradX, 1).words());
    submit(launch, gradX.count(), n, out.stride(-1), gradOut.stride(-1), gradX.stride(-1));
  }

  private Launch rows(String name, int n) {
    return launcher.of(FAMILY, name + (Sums.lanes(n) == 1 ? "_short" : "_long"));
  }

  private void submit(Launch launch, int count, int n, int... strides) {
    if (count == 0) {
      return;
    }
    int rows = count / n;
    boolean isShort = Sums.lanes(n) == 1;
    if (isShort) {
      launch.number(rows);
    }
    launch.number(n);
    for (int stride : strides) {
      launch.number(stride);
    }
    launcher.submit(
        isShort
            ? launch.over(rows, launcher.tuning().group())
            : launch.over((long) rows * LANES, LANES));
  }

  void gather(View in, View index, View out) {
    Launcher.requireFloat(in, out);
    int n = out.size(0);
    if (n == 0) {
      return;
    }
    Launch launch =
        launcher
            .of(FAMILY, "gather")
            .buffer(in)
            .number(in.offset())
            .number(in.stride(0))
            .number(in.stride(1))
            .buffer(index)
            .number(index.offset())
            .number(index.stride(0))
            .buffer(out)
            .number(out.offset())
            .number(out.stride(0))
            .number(n);
    launcher.submit(launch.over(n, launcher.tuning().group()));
  }

  void scatter(View values, View index, View out) {
    Launcher.requireFloat(values, out);
    int n = out.size(0);
    if (n == 0) {
      return;
    }
    Launch launch =
        launcher
            .of(FAMILY, "scatter")
            .buffer(values)
            .number(values.offset())
            .number(values.stride(0))
            .buffer(index)
            .number(index.offset())
            .number(index.stride(0))
            .buffer(out)
            .number(out.offset())
            .number(out.stride(0))
            .number(out.stride(1))
            .number(n)
            .number(out.size(1));
    launcher.submit(launch.over(n, launcher.tuning().group()));
  }
}
