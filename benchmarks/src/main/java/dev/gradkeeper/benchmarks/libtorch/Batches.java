package dev.gradkeeper.benchmarks.libtorch;

import org.bytedeco.pytorch.Tensor;

/**
 * Data in memory, ready for the network, in the order in which it is visited.
 *
 * @param inputs all samples, transformed
 * @param labels of all samples, int64
 * @param order indices of the samples, int64: so many epochs, one after the other; starts again at
 *     its end
 * @param size samples in a batch
 */
public record Batches(Tensor inputs, Tensor labels, Tensor order, int size) {

  public long count() {
    return order.size(0) / size;
  }
}
