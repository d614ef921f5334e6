package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.tensor.Tensor;

/** One batch on the heap, for tensors that do not lie there or are in use meanwhile. */
final class Staging {
  private final SampleReader reader;

  final float[] inputs;
  final Object targets;

  Staging(SampleReader reader, int batchSize) {
    this.reader = reader;
    this.inputs = reader.newInputs(batchSize);
    this.targets = reader.newTargets(batchSize);
  }

  /** Reads the samples order[from … from+samples-1]. */
  Staging fill(int[] order, int from, int samples) {
    reader.read(order, from, 0, samples, inputs, 0, targets, 0);
    return this;
  }

  /** Copies the samples to the tensors, as many as these have. */
  void writeTo(Batch batch) {
    write(inputs, batch.inputs());
    write(targets, batch.targets());
  }

  private static void write(Object values, Tensor tensor) {
    Device device = tensor.device();
    device.write(values, 0, tensor.view().storage(), tensor.view().offset(), tensor.count());
    tensor.markModified();
  }
}
