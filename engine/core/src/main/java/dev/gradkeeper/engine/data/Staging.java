package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.tensor.Tensor;

/** One batch on the heap, between the dataset and the tensors. */
final class Staging {
  private final Dataset dataset;
  private final float[] inputs;
  private final float[] targets;
  private final int[] labels;

  Staging(Dataset dataset, int batchSize) {
    this.dataset = dataset;
    this.inputs = new float[Math.multiplyExact(batchSize, count(dataset.inputShape()))];
    boolean classification = dataset.classes() > 0;
    this.labels = classification ? new int[batchSize] : null;
    this.targets =
        classification
            ? null
            : new float[Math.multiplyExact(batchSize, count(dataset.targetShape()))];
  }

  private static int count(int[] shape) {
    int count = 1;
    for (int dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }

  /** Reads the samples order[from … from+samples-1]. */
  Staging fill(int[] order, int from, int samples) {
    int inputSize = count(dataset.inputShape());
    int targetSize = count(dataset.targetShape());
    for (int i = 0; i < samples; i++) {
      int index = order[from + i];
      dataset.input(index, inputs, i * inputSize);
      if (labels != null) {
        labels[i] = dataset.label(index);
      } else {
        dataset.target(index, targets, i * targetSize);
      }
    }
    return this;
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
