package dev.gradkeeper.engine.data;

import java.util.Arrays;

/** Samples in arrays, the samples being the outermost dimension. The arrays are not copied. */
public final class TensorDataset implements Dataset {
  private final float[] inputs;
  private final int[] inputShape;
  private final float[] targets;
  private final int[] targetShape;
  private final int[] labels;
  private final int classes;
  private final int size;
  private final int inputSize;
  private final int targetSize;

  private TensorDataset(
      float[] inputs,
      int[] inputsShape,
      float[] targets,
      int[] targetsShape,
      int[] labels,
      int classes) {
    requireShape("inputs", inputs.length, inputsShape);
    this.size = inputsShape[0];
    this.inputs = inputs;
    this.inputShape = Arrays.copyOfRange(inputsShape, 1, inputsShape.length);
    this.inputSize = inputs.length / size;
    this.targets = targets;
    this.targetShape = Arrays.copyOfRange(targetsShape, 1, targetsShape.length);
    this.targetSize = targets == null ? 0 : targets.length / size;
    this.labels = labels;
    this.classes = classes;
    if (targetsShape[0] != size) {
      throw new IllegalArgumentException(
          "dataset: inputs %s and targets %s differ in the number of samples"
              .formatted(Arrays.toString(inputsShape), Arrays.toString(targetsShape)));
    }
  }

  /**
   * Targets are numbers.
   *
   * @param inputsShape samples first
   * @param targetsShape samples first
   * @throws IllegalArgumentException if an array does not fit its shape, if there are no samples,
   *     or if the numbers of samples differ
   */
  public static TensorDataset of(
      float[] inputs, int[] inputsShape, float[] targets, int[] targetsShape) {
    requireShape("targets", targets.length, targetsShape);
    return new TensorDataset(inputs, inputsShape, targets, targetsShape, null, 0);
  }

  /**
   * Targets are class indices.
   *
   * @param inputsShape samples first
   * @param labels in 0 … classes-1
   * @throws IllegalArgumentException as above, or if a label is out of range
   */
  public static TensorDataset of(float[] inputs, int[] inputsShape, int[] labels, int classes) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "dataset: target %d is class %d, but there are %d classes"
                .formatted(i, labels[i], classes));
      }
    }
    return new TensorDataset(inputs, inputsShape, null, new int[] {labels.length}, labels, classes);
  }

  private static void requireShape(String what, int length, int[] shape) {
    long count = 1;
    for (int dimension : shape) {
      count = dimension < 1 || count > Integer.MAX_VALUE ? -1 : count * dimension;
    }
    if (shape.length == 0 || count != length) {
      throw new IllegalArgumentException(
          "dataset: %s of shape %s do not fit %d numbers"
              .formatted(what, Arrays.toString(shape), length));
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int[] inputShape() {
    return inputShape;
  }

  @Override
  public int[] targetShape() {
    return targetShape;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public void input(int index, float[] out, int offset) {
    System.arraycopy(inputs, index * inputSize, out, offset, inputSize);
  }

  @Override
  public void target(int index, float[] out, int offset) {
    requireNumbers();
    System.arraycopy(targets, index * targetSize, out, offset, targetSize);
  }

  @Override
  public void inputs(int from, int count, float[] out, int offset) {
    System.arraycopy(inputs, from * inputSize, out, offset, count * inputSize);
  }

  @Override
  public void targets(int from, int count, float[] out, int offset) {
    requireNumbers();
    System.arraycopy(targets, from * targetSize, out, offset, count * targetSize);
  }

  @Override
  public int label(int index) {
    if (labels == null) {
      throw new UnsupportedOperationException("targets are numbers: use target");
    }
    return labels[index];
  }

  private void requireNumbers() {
    if (targets == null) {
      throw new UnsupportedOperationException("targets are class indices: use label");
    }
  }
}
