package dev.gradkeeper.engine.train.spec;

/**
 * What a layer makes of one sample.
 *
 * @param output shape without the batch dimension
 * @param parameters number of values that train
 */
public record LayerShape(int[] output, long parameters) {

  /** Elements of the output of one sample. */
  public long size() {
    long size = 1;
    for (int dimension : output) {
      size *= dimension;
    }
    return size;
  }
}
