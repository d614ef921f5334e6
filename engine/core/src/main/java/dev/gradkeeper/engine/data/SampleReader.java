package dev.gradkeeper.engine.data;

/** Reads samples of a dataset into arrays, one behind the other. Safe for several threads. */
final class SampleReader {
  private final Dataset dataset;
  private final int inputSize;
  private final int targetSize;

  SampleReader(Dataset dataset) {
    this.dataset = dataset;
    this.inputSize = count(dataset.inputShape());
    this.targetSize = count(dataset.targetShape());
  }

  static int count(int[] shape) {
    int count = 1;
    for (int dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }

  /** Numbers of a sample's input. */
  int inputSize() {
    return inputSize;
  }

  /** An array for the inputs of so many samples. */
  float[] newInputs(int samples) {
    return new float[Math.multiplyExact(samples, inputSize)];
  }

  /**
   * An array for the targets of so many samples: {@code int[]} for classes, else {@code float[]}.
   */
  Object newTargets(int samples) {
    return dataset.classes() > 0
        ? new int[samples]
        : new float[Math.multiplyExact(samples, targetSize)];
  }

  /**
   * Reads the samples order[from + start … from + end − 1], of a batch whose first sample stands at
   * {@code inputsAt} and {@code targetsAt}.
   */
  void read(
      int[] order,
      int from,
      int start,
      int end,
      float[] inputs,
      int inputsAt,
      Object targets,
      int targetsAt) {
    for (int i = start; i < end; ) {
      int index = order[from + i];
      int run = 1;
      while (i + run < end && order[from + i + run] == index + run) {
        run++;
      }
      dataset.inputs(index, run, inputs, inputsAt + i * inputSize);
      if (targets instanceof int[] labels) {
        for (int r = 0; r < run; r++) {
          labels[targetsAt + i + r] = dataset.label(index + r);
        }
      } else {
        dataset.targets(index, run, (float[]) targets, targetsAt + i * targetSize);
      }
      i += run;
    }
  }
}
