package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.autograd.TensorMath;
import dev.gradkeeper.engine.data.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring samples of a micro-batch.
 *
 * @param weight of its loss in the micro-batch's: losses of shards are added
 */
record Shard(Batch batch, double weight) {

  /**
   * {@code count} shards of nearly the same size.
   *
   * @param mean whether the loss is a mean over samples rather than a sum
   */
  static List<Shard> of(Batch batch, int count, boolean mean) {
    if (count == 1) {
      return List.of(new Shard(batch, 1));
    }
    int samples = batch.size();
    List<Shard> shards = new ArrayList<>(count);
    for (int s = 0; s < count; s++) {
      int from = (int) ((long) samples * s / count);
      int length = (int) ((long) samples * (s + 1) / count) - from;
      shards.add(
          new Shard(
              new Batch(
                  TensorMath.narrow(batch.inputs(), 0, from, length),
                  TensorMath.narrow(batch.targets(), 0, from, length)),
              mean ? (double) length / samples : 1));
    }
    return shards;
  }
}
