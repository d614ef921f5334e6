package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.scalar.Sums;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Launches of reductions.cl: in the CPU's order where one work-group for each output is enough; of
 * more terms in two stages, chunks of {@value #CHUNK} terms first and then what became of them.
 */
final class Reductions {
  private static final String FAMILY = "reductions";

  /** Terms that the first of two stages adds. */
  static final int CHUNK = 4096;

  /** Terms of one output from which there are two stages. */
  static final int TWO_STAGES = 4 * CHUNK;

  /** Of the struct {@code Quads}. */
  private static final int QUADS_WORDS = 12;

  private static final int QUADS_GROUP = 64;

  private final Launcher launcher;

  Reductions(Launcher launcher) {
    this.launcher = launcher;
  }

  void reduce(Reduction op, View in, View out) {
    reduce(op, in, out, 0);
  }

  private void reduce(Reduction op, View in, View out, int level) {
    Launcher.requireFloat(in, out);
    if (out.count() == 0) {
      return;
    }
    int terms = in.count() / out.count();
    int row = row(in, out);
    if (terms >= TWO_STAGES) {
      twoStages(op, in, out, Math.ceilDiv(terms, CHUNK), level);
    } else if (Sums.lanes(row) == 1) {
      Launch launch = start(op, "in_order", in, out).number(out.count()).number(terms);
      launcher.submit(launch.over(out.count(), launcher.tuning().group()));
    } else {
      lanes(op, in, out, row, terms);
    }
  }

  private void twoStages(Reduction op, View in, View out, int chunks, int level) {
    int[] sizes = Arrays.copyOf(out.sizes(), out.dimensions() + 1);
    sizes[out.dimensions()] = chunks;
    View partial =
        View.contiguous(launcher.scratch(level, Math.multiplyExact(out.count(), chunks)), 0, sizes);
    View firsts =
        new View(
            partial.storage(), 0, out.sizes(), Arrays.copyOf(partial.strides(), out.dimensions()));
    lanes(op, in, firsts, CHUNK, CHUNK);
    sizes = sizes.clone();
    sizes[out.dimensions()] = 1;
    int[] strides = Arrays.copyOf(out.strides(), sizes.length);
    View target = new View(out.storage(), out.offset(), sizes, strides);
    reduce(op == Reduction.SUM_OF_SQUARES ? Reduction.SUM : op, partial, target, level + 1);
  }

  /** A work-group for each output and chunk; chunk g of an output goes g places behind it. */
  private void lanes(Reduction op, View in, View out, int row, int chunk) {
    int terms = in.count() / out.count();
    Launch launch = start(op, "lanes", in, out).number(terms).number(row).number(chunk);
    long groups = Math.max(1, Math.ceilDiv(terms, Math.max(1, chunk)));
    launcher.submit(
        launch.over((long) out.count() * Classification.LANES, groups, 1, Classification.LANES, 1));
  }

  private Launch start(Reduction op, String order, View in, View out) {
    return launcher
        .of(FAMILY, op.name().toLowerCase(Locale.ROOT) + "_" + order)
        .buffer(in)
        .buffer(out)
        .struct(StridedWalk.ofReduction(in, out, false).words())
        .struct(StridedWalk.ofReduction(in, out, true).words());
  }

  /** Terms of the trailing folded dimensions. */
  private static int row(View in, View out) {
    int row = 1;
    for (int d = in.dimensions() - 1; d >= 0 && out.size(d) == 1; d--) {
      row *= in.size(d);
    }
    return row;
  }

  void sumQuads(View x, View out) {
    Launcher.requireFloat(x, out);
    if (out.count() == 0) {
      return;
    }
    IntBuffer quads = IntBuffer.allocate(QUADS_WORDS);
    quads.put(x.size(2)).put(x.size(3)).put(out.size(2));
    quads.put(x.strides()).put(x.offset()).put(out.strides()).put(out.offset());
    Launch launch = launcher.of(FAMILY, "sum_quads").buffer(x).buffer(out).struct(quads.array());
    launcher.submit(launch.over(out.size(2), out.size(0), out.size(1), QUADS_GROUP, 1));
  }

  private static StridedWalk rows(View in, View out) {
    return StridedWalk.of(StridedWalk.leading(in, 1), out);
  }

  void argmax(View in, View out) {
    Launcher.requireFloat(in);
    if (out.count() == 0) {
      return;
    }
    Launch launch =
        launcher
            .of(FAMILY, "argmax")
            .buffer(in)
            .buffer(out)
            .struct(rows(in, out).words())
            .number(out.count())
            .number(in.size(-1))
            .number(in.stride(-1));
    launcher.submit(launch.over(out.count(), launcher.tuning().group()));
  }
}
