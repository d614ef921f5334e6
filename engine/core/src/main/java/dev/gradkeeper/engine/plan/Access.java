package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.View;

/** Sees every view of a {@link KernelCall}, with what the call does to it, and may replace it. */
interface Access {
  /** What a call does to a view. */
  enum Mode {
    READ(true, false),
    /** Overwritten whole. */
    WRITE(false, true),
    /** Read and written. */
    UPDATE(true, true),
    /** Perhaps written; what is there afterwards means nothing. */
    SCRATCH(false, true);

    final boolean reads;
    final boolean writes;

    Mode(boolean reads, boolean writes) {
      this.reads = reads;
      this.writes = writes;
    }
  }

  /** The view to use in place of {@code view}, which is not null. */
  View use(View view, Mode mode);

  default View read(View view) {
    return view == null ? null : use(view, Mode.READ);
  }

  default View write(View view) {
    return view == null ? null : use(view, Mode.WRITE);
  }

  default View update(View view) {
    return view == null ? null : use(view, Mode.UPDATE);
  }

  default View scratch(View view) {
    return view == null ? null : use(view, Mode.SCRATCH);
  }
}
