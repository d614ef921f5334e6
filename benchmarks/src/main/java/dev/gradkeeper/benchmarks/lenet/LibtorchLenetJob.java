package dev.gradkeeper.benchmarks.lenet;

import dev.gradkeeper.benchmarks.libtorch.Batches;
import dev.gradkeeper.benchmarks.libtorch.LibtorchModel;
import dev.gradkeeper.benchmarks.libtorch.LibtorchWorkload;
import dev.gradkeeper.benchmarks.libtorch.Sgd;
import dev.gradkeeper.engine.data.ImageDataset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The tutorial's job on libtorch. */
public record LibtorchLenetJob(LenetJob job) implements LibtorchWorkload {

  @Override
  public LibtorchModel model(boolean channelsLast) {
    return new LibtorchLenet(channelsLast);
  }

  @Override
  public Sgd sgd() {
    return new Sgd(LenetJob.LR, LenetJob.MOMENTUM);
  }

  @Override
  public Batches batches(boolean channelsLast) {
    ImageDataset data = job.images();
    int sample = 3 * 32 * 32;
    float[] inputs = new float[data.size() * sample];
    long[] labels = new long[data.size()];
    for (int i = 0; i < data.size(); i++) {
      data.input(i, inputs, i * sample);
      labels[i] = data.label(i);
    }
    long[] order = LenetJob.order(data.size());
    Tensor images = Tensor.create(inputs, data.size(), 3, 32, 32);
    return new Batches(
        channelsLast ? images.contiguous(torch.MemoryFormat.ChannelsLast) : images,
        Tensor.create(labels, data.size()),
        Tensor.create(order, order.length),
        job.batchSize());
  }
}
