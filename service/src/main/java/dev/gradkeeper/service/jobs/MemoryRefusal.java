package dev.gradkeeper.service.jobs;

import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.service.web.model.FieldError;
import java.util.Locale;

/** A job that no worker has memory for. */
final class MemoryRefusal {
  private static final double MEBIBYTE = 1 << 20;

  private MemoryRefusal() {}

  static FieldError of(long needed, long limit, TrainingSpec training) {
    DataSpec data = training.data();
    String remedy =
        data.batchSize() == null
            ? "set dataset.batch_size"
            : data.batchSize() > 1 ? "lower dataset.batch_size" : "use smaller layers";
    return new FieldError(
        "",
        "too_much_memory",
        String.format(
            Locale.ROOT,
            "The job needs an estimated %,.0f MiB, but the largest worker has %,.0f MiB for jobs;"
                + " %s, or give the server a larger heap.",
            needed / MEBIBYTE,
            limit / MEBIBYTE,
            remedy));
  }
}
