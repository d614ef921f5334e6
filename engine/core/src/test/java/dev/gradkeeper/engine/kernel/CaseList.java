package dev.gradkeeper.engine.kernel;

import dev.gradkeeper.engine.kernel.KernelCases.Call;
import dev.gradkeeper.engine.kernel.KernelCases.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of some kernels, which a constructor adds. */
abstract class CaseList {
  /** Writes to a view. */
  interface Write {
    void to(View out);
  }

  private final List<Case> cases = new ArrayList<>();

  final List<Case> cases() {
    return cases;
  }

  final void add(String name, Call call) {
    cases.add(new Case(name, call));
  }

  static View[] out(View out, Write write) {
    write.to(out);
    return new View[] {out};
  }

  static String name(int[] shape) {
    return Arrays.toString(shape);
  }
}
