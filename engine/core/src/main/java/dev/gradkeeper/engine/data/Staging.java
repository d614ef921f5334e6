package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.tensor.Tensor;

/** One batch on the heap, between the dataset and the tensors. */
final class Staging {
  private final Dataset dataset;
  private final int inputSize;
  private final int targetSize;
  private final float[] inputs;
  private final float[] targets;
  private final int[] labels;

  Staging(Dataset dataset, int batchSize) {
    this.dataset = dataset;
    this.inputSize = count(dataset.inputShape());
    this.targetSize = count(dataset.targetShape());
    this.inputs = new float[Math.multiplyExact(batchSize, inputSize)];
    boolean classification = dataset.classes() > 0;
    this.labels = classification ? new int[batchSize] : null;
    this.targets = classification ? null : new float[Math.multiplyExact(batchSize, targetSize)];
  }

  static int count(int[] shape) {
    int count = 1;
    for (int dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }

  /** Reads the samples order[from … from+samples-1]. */
  Staging fill(int[] order, int from, int samples) {
    fill(order, from, 0, samples);
    return this;
  }

  /** Of the samples from order[from] on those from {@code start} to before {@code end}. */
  void fill(int[] order, int from, int start, int end) {
    for (int i = start; i < end; ) {
      int index = order[from + i];
      int run = 1;
      while (i + run < end && order[from + i + run] == index + run) {
        run++;
      }
      read(index, run, i);
      i += run;
    }
  }

  /** Numbers of a sample's input. */
  int inputSize() {
    return inputSize;
  }

  /** Reads {@code count} neighbouring samples, to stand from place {@code at} on. */
  private void read(int index, int count, int at) {
    dataset.inputs(index, count, inputs, at * inputSize);
    if (labels == null) {
      dataset.targets(index, count, targets, at * targetSize);
      return;
    }
    for (int i = 0; i < count; i++) {
      labels[at + i] = dataset.label(index + i);
    }
  }

  /** Copies the samples to the tensors, as many as these have. */
  void writeTo(Batch batch) {
    write(inputs, batch.inputs());
    write(labels != null ? labels : targets, batch.targets());
  }

  private static void write(Object values, Tensor tensor) {
    Device device = tensor.device();
    device.write(values, 0, tensor.view().storage(), tensor.view().offset(), tensor.count());
    tensor.markModified();
  }
}
