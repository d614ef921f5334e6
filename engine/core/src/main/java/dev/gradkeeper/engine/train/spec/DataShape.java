package dev.gradkeeper.engine.train.spec;

/**
 * What a split of data looks like, without its contents.
 *
 * @param samples number of samples
 * @param inputShape of one sample, without the batch dimension; channels first for images
 * @param images whether samples are bytes that need {@code to_tensor}
 * @param classes number of classes where targets are class indices, else 0
 * @param targetShape of one target; empty where targets are class indices
 */
public record DataShape(
    int samples, int[] inputShape, boolean images, int classes, int[] targetShape) {

  /** Whether targets are class indices. */
  public boolean isClassification() {
    return classes > 0;
  }

  /** Elements of one input. */
  public long inputSize() {
    long size = 1;
    for (int dimension : inputShape) {
      size *= dimension;
    }
    return size;
  }
}
