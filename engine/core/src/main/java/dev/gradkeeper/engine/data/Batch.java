package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.tensor.Tensor;

/**
 * Some samples at once.
 *
 * @param inputs float32, [samples, …input shape]
 * @param targets int32 class indices [samples], or float32 [samples, …target shape]
 */
public record Batch(Tensor inputs, Tensor targets) {
  /** Number of samples. */
  public int size() {
    return inputs.size(0);
  }
}
