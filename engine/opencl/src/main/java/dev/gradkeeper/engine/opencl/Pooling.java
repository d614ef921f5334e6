package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import java.nio.IntBuffer;

/** Launches of pooling.cl. */
final class Pooling {
  private static final String FAMILY = "pooling";
  private static final int GROUP = 64;
  private static final int WORDS = 29;

  /** Where the gradient is scattered to saved positions, the window does not matter. */
  private static final Window NO_WINDOW = Window.square(1, 1);

  private final Launcher launcher;
  private final Elementwise elementwise;

  Pooling(Launcher launcher, Elementwise elementwise) {
    this.launcher = launcher;
    this.elementwise = elementwise;
  }

  void max(View x, View out, View indices, Window window) {
    Launcher.requireFloat(x, out);
    Launch launch = launcher.of(FAMILY, "max_pool2d").buffer(x).buffer(out).buffer(indices);
    submit(launch.struct(pool(x, out, indices, window)), out);
  }

  void maxBackward(View gradOut, View indices, View gradX) {
    Launcher.requireFloat(gradOut, gradX);
    elementwise.fill(gradX, 0);
    if (gradOut.count() == 0) {
      return;
    }
    Launch launch =
        launcher
            .of(FAMILY, "max_pool2d_backward")
            .buffer(gradOut)
            .buffer(indices)
            .buffer(gradX)
            .struct(pool(gradX, gradOut, indices, NO_WINDOW));
    launcher.submit(launch.over(gradX.size(1), gradX.size(0), 1, 8, 1));
  }

  void average(View x, View out, Window window) {
    Launcher.requireFloat(x, out);
    Launch launch = launcher.of(FAMILY, "avg_pool2d").buffer(x).buffer(out);
    submit(launch.struct(pool(x, out, out, window)), out);
  }

  void averageBackward(View gradOut, View gradX, Window window) {
    Launcher.requireFloat(gradOut, gradX);
    Launch launch = launcher.of(FAMILY, "avg_pool2d_backward").buffer(gradOut).buffer(gradX);
    submit(launch.struct(pool(gradX, gradOut, gradOut, window)), gradX);
  }

  /** A work-item for each element of {@code over}. */
  private void submit(Launch launch, View over) {
    if (over.count() > 0) {
      long plane = (long) over.size(2) * over.size(3);
      launcher.submit(launch.over(plane, over.size(1), over.size(0), GROUP, 1));
    }
  }

  /** The struct {@code Pool}. */
  private static int[] pool(View x, View out, View indices, Window w) {
    IntBuffer words = IntBuffer.allocate(WORDS);
    words.put(x.sizes()).put(out.size(2)).put(out.size(3));
    words.put(w.kernelHeight()).put(w.kernelWidth()).put(w.strideHeight()).put(w.strideWidth());
    words.put(w.paddingHeight()).put(w.paddingWidth());
    words.put(w.dilationHeight()).put(w.dilationWidth());
    for (View view : new View[] {x, out, indices}) {
      words.put(view.strides()).put(view.offset());
    }
    return words.array();
  }
}
