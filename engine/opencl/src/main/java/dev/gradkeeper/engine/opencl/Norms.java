package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.NormOfNorms;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.scalar.Sums;
import java.util.Arrays;

/**
 * The norm of all gradients by three launches, where they lie in one buffer: of all pieces, of all
 * parts, of the whole. The bits are those of the composition by {@link Reductions}.
 */
final class Norms {
  private static final String FAMILY = "reductions";

  private final Launcher launcher;

  Norms(Launcher launcher) {
    this.launcher = launcher;
  }

  /** Returns whether it did the work. */
  boolean normOfNorms(NormOfNorms norm) {
    View[] parts = norm.parts();
    if (!Arrays.stream(parts).allMatch(part -> fits(part, parts[0]))) {
      return false;
    }
    Launcher.requireFloat(parts[0], norm.norms(), norm.total());
    int[] pieces = new int[3 * Arrays.stream(parts).mapToInt(Norms::pieces).sum()];
    int[] firsts = new int[parts.length + 1];
    int piece = 0;
    for (int i = 0; i < parts.length; i++) {
      int terms = parts[i].count();
      int size = pieces(parts[i]) == 1 ? terms : Reductions.CHUNK;
      for (int at = 0; at < terms; at += size) {
        pieces[3 * piece] = parts[i].offset() + at;
        pieces[3 * piece + 1] = Math.min(size, terms - at);
        pieces[3 * piece + 2] = Sums.lanes(terms) == 1 ? 1 : 0;
        piece++;
      }
      firsts[i + 1] = piece;
    }
    OpenClStorage partial = launcher.scratch(0, piece);
    launcher.submit(
        launcher
            .of(FAMILY, "squares_of_pieces")
            .buffer(parts[0])
            .buffer(launcher.table(pieces))
            .buffer(partial)
            .over((long) piece * Classification.LANES, Classification.LANES));
    launcher.submit(
        launcher
            .of(FAMILY, "norms_of_parts")
            .buffer(partial)
            .buffer(launcher.table(firsts))
            .buffer(norm.norms())
            .number(norm.norms().offset())
            .over((long) parts.length * Classification.LANES, Classification.LANES));
    launcher.submit(
        launcher
            .of(FAMILY, "norm_of_norms")
            .buffer(norm.norms())
            .number(norm.norms().offset())
            .number(parts.length)
            .buffer(norm.total())
            .number(norm.total().offset())
            .over(Classification.LANES, Classification.LANES));
    return true;
  }

  /** Parts so long that even their pieces would be summed in two stages are left out. */
  private static boolean fits(View part, View first) {
    return part.storage() == first.storage()
        && part.isContiguous()
        && part.count() > 0
        && pieces(part) < Reductions.TWO_STAGES;
  }

  private static int pieces(View part) {
    int terms = part.count();
    return terms < Reductions.TWO_STAGES ? 1 : Math.ceilDiv(terms, Reductions.CHUNK);
  }
}
