package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import java.nio.IntBuffer;

/** Launches of convolution.cl. */
final class Convolutions {
  private static final String FAMILY = "convolution";

  /** Channels of one work-item. */
  private static final int OUTPUTS = 4;

  private static final int GROUP = 64;
  private static final int WORDS = 35;

  /** Weights that keep a device busy without a work-item for each image. */
  private static final int ENOUGH = 1 << 16;

  /** Sums between two launches at most, 64 MiB of them. */
  private static final int MOST_SUMS = 1 << 24;

  private final Launcher launcher;

  Convolutions(Launcher launcher) {
    this.launcher = launcher;
  }

  void forward(View x, View weight, View bias, View out, Window window, int groups) {
    Launcher.requireFloat(x, weight, out);
    if (out.count() == 0) {
      return;
    }
    int positions = out.size(0) * out.size(2) * out.size(3);
    int channels = out.size(1) / groups;
    boolean tiled = launcher.tuning().tiles(channels, positions);
    Launch launch =
        launcher
            .of(FAMILY, tiled ? "conv2d_tiled" : "conv2d")
            .buffer(x)
            .buffer(weight)
            .buffer(bias == null ? weight : bias)
            .buffer(out)
            .struct(convolution(x, weight, bias, out, window, groups, false));
    if (tiled) {
      launcher.tuning().overTiles(launch, channels, positions, groups);
    } else {
      launch.over(positions, Math.ceilDiv(channels, OUTPUTS), groups, GROUP, 1);
    }
    launcher.submit(launch);
  }

  void backwardInput(View weight, View gradOut, View gradX, Window window, int groups) {
    Launcher.requireFloat(weight, gradOut, gradX);
    if (gradX.count() == 0) {
      return;
    }
    int channels = gradX.size(1) / groups;
    int[] convolution = convolution(gradX, weight, null, gradOut, window, groups, false);
    int depth = channels * window.kernelHeight() * window.kernelWidth();
    int area = gradOut.size(2) * gradOut.size(3);
    if ((long) groups * depth * area <= MOST_SUMS
        && launcher.tuning().tiles(depth, gradX.size(0) * area)) {
      backwardInputTiled(weight, gradOut, gradX, convolution, groups, depth);
      return;
    }
    Launch launch =
        launcher
            .of(FAMILY, "conv2d_backward_input")
            .buffer(weight)
            .buffer(gradOut)
            .buffer(gradX)
            .struct(convolution);
    long positions = (long) gradX.size(0) * gradX.size(2) * gradX.size(3);
    launcher.submit(launch.over(positions, Math.ceilDiv(channels, OUTPUTS), groups, GROUP, 1));
  }

  /** As many images at once as there is room for their columns. */
  private void backwardInputTiled(
      View weight, View gradOut, View gradX, int[] convolution, int groups, int depth) {
    int area = gradOut.size(2) * gradOut.size(3);
    int most = Math.min(gradX.size(0), MOST_SUMS / (groups * depth * area));
    for (int first = 0; first < gradX.size(0); first += most) {
      int images = Math.min(most, gradX.size(0) - first);
      OpenClStorage columns = launcher.scratch(0, groups * depth * area * images);
      Launch product =
          launcher
              .of(FAMILY, "conv2d_backward_input_columns")
              .buffer(weight)
              .buffer(gradOut)
              .struct(convolution)
              .buffer(columns)
              .number(first)
              .number(images);
      launcher.submit(launcher.tuning().overTiles(product, depth, images * area, groups));
      Launch join =
          launcher
              .of(FAMILY, "conv2d_backward_input_join")
              .buffer(columns)
              .buffer(gradX)
              .struct(convolution)
              .number(first)
              .number(images);
      long positions = (long) images * gradX.size(2) * gradX.size(3);
      launcher.submit(join.over(positions, gradX.size(1) / groups, groups, GROUP, 1));
    }
  }

  void backwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate) {
    Launcher.requireFloat(x, gradOut, gradWeight);
    if (gradWeight.count() == 0) {
      return;
    }
    int batch = x.size(0);
    int depth = x.size(1) / groups * window.kernelHeight() * window.kernelWidth();
    int channels = gradOut.size(1) / groups;
    int[] convolution = convolution(x, gradWeight, null, gradOut, window, groups, accumulate);
    long sums = (long) batch * gradWeight.count();
    boolean tiled = sums <= MOST_SUMS && launcher.tuning().tiles(channels, depth);
    boolean joined = tiled || batch > 1 && gradWeight.count() < ENOUGH && sums <= MOST_SUMS;
    OpenClStorage partial = joined ? launcher.scratch(0, (int) sums) : storage(gradWeight);
    if (tiled) {
      Launch product =
          launcher
              .of(FAMILY, "conv2d_backward_weight_tiled")
              .buffer(x)
              .buffer(gradOut)
              .struct(convolution)
              .buffer(partial);
      launcher.submit(launcher.tuning().overTiles(product, channels, depth, groups * batch));
    } else {
      Launch launch =
          launcher
              .of(FAMILY, "conv2d_backward_weight")
              .buffer(x)
              .buffer(gradOut)
              .buffer(gradWeight)
              .struct(convolution)
              .buffer(partial)
              .number(joined ? 1 : Math.max(2, batch));
      long blocks = Math.ceilDiv(channels, OUTPUTS);
      launcher.submit(launch.over(depth, blocks, (long) groups * (joined ? batch : 1), GROUP, 1));
    }
    if (joined) {
      Launch join =
          launcher
              .of(FAMILY, "conv2d_backward_weight_join")
              .buffer(partial)
              .buffer(gradWeight)
              .struct(convolution);
      launcher.submit(join.over(depth, gradOut.size(1), 1, GROUP, 1));
    }
  }

  private static OpenClStorage storage(View view) {
    return (OpenClStorage) view.storage();
  }

  /** The struct {@code Convolution}. */
  private static int[] convolution(
      View x, View weight, View bias, View out, Window w, int groups, boolean accumulate) {
    IntBuffer words = IntBuffer.allocate(WORDS);
    words.put(x.size(0)).put(groups);
    words.put(x.size(1) / groups).put(x.size(2)).put(x.size(3));
    words.put(out.size(1) / groups).put(out.size(2)).put(out.size(3));
    words.put(w.kernelHeight()).put(w.kernelWidth()).put(w.strideHeight()).put(w.strideWidth());
    words.put(w.paddingHeight()).put(w.paddingWidth());
    words.put(w.dilationHeight()).put(w.dilationWidth());
    for (View view : new View[] {x, weight, out}) {
      words.put(view.strides()).put(view.offset());
    }
    words.put(bias == null ? 0 : bias.stride(0)).put(bias == null ? 0 : bias.offset());
    words.put(bias == null ? 0 : 1).put(accumulate ? 1 : 0);
    return words.array();
  }
}
