package dev.gradkeeper.engine.data;

/**
 * Samples by index: an input of float32 numbers and a target, which is either a class index or
 * float32 numbers. Safe for several threads to read.
 */
public interface Dataset {
  /** Number of samples. */
  int size();

  /** Shape of one input, without the batch dimension. Not to be modified. */
  int[] inputShape();

  /** Shape of one target, without the batch dimension; empty where targets are class indices. */
  int[] targetShape();

  /** Number of classes, or 0 where targets are numbers. */
  int classes();

  /** Writes the input of sample {@code index} to {@code out} from {@code offset} on, row-major. */
  void input(int index, float[] out, int offset);

  /**
   * Writes the target of sample {@code index} to {@code out} from {@code offset} on.
   *
   * @throws UnsupportedOperationException if targets are class indices
   */
  void target(int index, float[] out, int offset);

  /**
   * The class index of sample {@code index}.
   *
   * @throws UnsupportedOperationException if targets are numbers
   */
  int label(int index);

  /** {@link #input} of {@code count} samples from {@code from} on, one behind the other. */
  default void inputs(int from, int count, float[] out, int offset) {
    int size = SampleReader.count(inputShape());
    for (int i = 0; i < count; i++) {
      input(from + i, out, offset + i * size);
    }
  }

  /** {@link #target} of {@code count} samples from {@code from} on, one behind the other. */
  default void targets(int from, int count, float[] out, int offset) {
    int size = SampleReader.count(targetShape());
    for (int i = 0; i < count; i++) {
      target(from + i, out, offset + i * size);
    }
  }
}
