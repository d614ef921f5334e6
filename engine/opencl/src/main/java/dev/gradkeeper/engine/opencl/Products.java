package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.scalar.Sums;

/** Launches of products.cl. */
final class Products {
  private static final String FAMILY = "products";

  /** Outputs of one work-item of the plain kernel. */
  private static final int ROWS = 4;

  private static final int GROUP = 64;

  private final Launcher launcher;

  Products(Launcher launcher) {
    this.launcher = launcher;
  }

  void gemm(View a, View b, View c, boolean accumulate) {
    Launcher.requireFloat(a, b, c);
    if (c.count() == 0) {
      return;
    }
    int m = c.size(-2);
    int n = c.size(-1);
    int batches = c.count() / (m * n);
    boolean dot = Sums.dot(m, n, a.stride(-1), b.stride(-2), b.stride(-1));
    Tuning tuning = launcher.tuning();
    boolean tiled = !dot && (long) m * n >= tuning.tiledFrom();
    int[] product = {
      m,
      n,
      a.size(-1),
      a.stride(-2),
      a.stride(-1),
      b.stride(-2),
      b.stride(-1),
      c.stride(-2),
      c.stride(-1),
      accumulate ? 1 : 0
    };
    Launch launch =
        launcher
            .of(FAMILY, dot ? "gemm_dot" : tiled ? "gemm_tiled" : "gemm")
            .buffer(a)
            .buffer(b)
            .buffer(c)
            .struct(StridedWalk.leading(a, b, c, 2).words())
            .struct(product);
    if (tiled) {
      tuning.overTiles(launch, m, n, batches);
    } else {
      launch.over(n, dot ? m : Math.ceilDiv(m, ROWS), batches, GROUP, 1);
    }
    launcher.submit(launch);
  }
}
