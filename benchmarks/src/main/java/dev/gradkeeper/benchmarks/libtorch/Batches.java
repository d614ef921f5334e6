package dev.gradkeeper.benchmarks.libtorch;

import org.bytedeco.pytorch.Tensor;

/**
 * Data in memory, ready for the network, in the order in which it is visited.
 *
 * @param inputs all samples, transformed
 * @param targets of all samples: labels as int64, or float32
 * @param order indices of the samples, int64: so many epochs, one after the other; starts again at
 *     its end; null: every batch is the whole set as it is
 * @param size samples in a batch
 */
public record Batches(Tensor inputs, Tensor targets, Tensor order, int size) {

  /** Every batch is all there is. */
  public static Batches whole(Tensor inputs, Tensor targets) {
    return new Batches(inputs, targets, null, (int) inputs.size(0));
  }

  public long count() {
    return order.size(0) / size;
  }
}
