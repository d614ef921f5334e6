package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import java.util.Locale;

/** Launches of elementwise.cl. */
final class Elementwise {
  private static final String FAMILY = "elementwise";

  private final Launcher launcher;

  Elementwise(Launcher launcher) {
    this.launcher = launcher;
  }

  void fill(View out, double value) {
    if (out.count() == 0) {
      return;
    }
    Launch launch =
        launcher
            .of(FAMILY, "fill_" + typeName(out.dtype()))
            .buffer(out)
            .struct(StridedWalk.of(out).words())
            .number(out.count());
    switch (out.dtype()) {
      case FLOAT32 -> launch.number(value);
      case INT32 -> launch.number((int) value);
      default -> launch.octet((int) value);
    }
    submit(launch, out.count());
  }

  void copy(View in, View out) {
    if (out.count() > 0) {
      Launch launch =
          launcher
              .of(FAMILY, "copy_%s_%s".formatted(typeName(in.dtype()), typeName(out.dtype())))
              .buffer(in)
              .buffer(out)
              .struct(StridedWalk.of(in, out).words())
              .number(out.count());
      submit(launch, out.count());
    }
  }

  void unary(Unary op, View in, View out) {
    Launcher.requireFloat(in, out);
    if (out.count() == 0) {
      return;
    }
    StridedWalk walk = StridedWalk.of(in, out);
    String name = op.name().toLowerCase(Locale.ROOT);
    Launch launch;
    if (walk.isDense()) {
      launch =
          launcher
              .of(FAMILY, name + "_dense")
              .buffer(in)
              .number(walk.offsetA())
              .buffer(out)
              .number(walk.offsetC());
    } else {
      launch = launcher.of(FAMILY, name + "_strided").buffer(in).buffer(out).struct(walk.words());
    }
    submit(launch.number(out.count()), out.count());
  }

  void binary(Binary op, View a, View b, View out) {
    Launcher.requireFloat(a, b, out);
    if (out.count() == 0) {
      return;
    }
    StridedWalk walk = StridedWalk.of(a, b, out);
    String name = op.name().toLowerCase(Locale.ROOT);
    Launch launch;
    if (walk.isDense()) {
      launch =
          launcher
              .of(FAMILY, name + "_dense")
              .buffer(a)
              .number(walk.offsetA())
              .buffer(b)
              .number(walk.offsetB())
              .buffer(out)
              .number(walk.offsetC());
    } else {
      launch =
          launcher
              .of(FAMILY, name + "_strided")
              .buffer(a)
              .buffer(b)
              .buffer(out)
              .struct(walk.words());
    }
    submit(launch.number(out.count()), out.count());
  }

  void affine(View in, double scale, double shift, View out) {
    scaled("affine", in, out, scale, shift);
  }

  void axpy(double alpha, View x, View y) {
    scaled("axpy", x, y, alpha);
  }

  private void scaled(String name, View in, View out, double... factors) {
    Launcher.requireFloat(in, out);
    if (out.count() > 0) {
      Launch launch =
          launcher
              .of(FAMILY, name)
              .buffer(in)
              .buffer(out)
              .struct(StridedWalk.of(in, out).words())
              .number(out.count());
      for (double factor : factors) {
        launch.number(factor);
      }
      submit(launch, out.count());
    }
  }

  private void submit(Launch launch, int count) {
    launcher.submit(launch.over(count, launcher.tuning().group()));
  }

  private static String typeName(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "float";
      case INT32 -> "int";
      case UINT8 -> "uchar";
      case FLOAT64 ->
          throw new IllegalArgumentException(
              "a GPU computes in FLOAT32 alone; FLOAT64 needs device cpu");
    };
  }
}
