package dev.gradkeeper.service.jobs;

import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.service.web.model.FieldError;
import java.util.Locale;

/** A job that no worker has memory for. */
final class MemoryRefusal {
  private static final double MEBIBYTE = 1 << 20;

  private MemoryRefusal() {}

  static FieldError ofGpu(long needed, long limit, TrainingSpec training) {
    return new FieldError(
        "/device",
        "too_much_memory",
        String.format(
            Locale.ROOT,
            "The job needs an estimated %,.0f MiB, but the largest GPU has %,.0f MiB for jobs; %s, or use `cpu`.",
            needed / MEBIBYTE,
            limit / MEBIBYTE,
            remedy(training.data())));
  }

  private static String remedy(DataSpec data) {
    return data.batchSize() == null
        ? "set dataset.batch_size"
        : data.batchSize() > 1 ? "lower dataset.batch_size" : "use smaller layers";
  }

  static FieldError of(long needed, long limit, TrainingSpec training) {
    return new FieldError(
        "",
        "too_much_memory",
        String.format(
            Locale.ROOT,
            "The job needs an estimated %,.0f MiB, but the largest worker has %,.0f MiB for jobs;"
                + " %s, or give the server a larger heap.",
            needed / MEBIBYTE,
            limit / MEBIBYTE,
            remedy(training.data())));
  }
}
