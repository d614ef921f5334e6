package dev.gradkeeper.benchmarks.lenet;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.libtorch.Batches;
import dev.gradkeeper.benchmarks.libtorch.EagerLoop;
import dev.gradkeeper.benchmarks.libtorch.LibtorchModel;
import dev.gradkeeper.benchmarks.libtorch.LibtorchSettings;
import dev.gradkeeper.benchmarks.libtorch.ScriptLoop;
import dev.gradkeeper.benchmarks.libtorch.Sgd;
import dev.gradkeeper.engine.data.ImageDataset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The tutorial's job on libtorch. */
public final class LibtorchLenetCandidate {

  private LibtorchLenetCandidate() {}

  public static Candidate open(LenetJob job, LibtorchSettings settings) {
    torch.set_num_threads(1);
    torch.globalContext().setUserEnabledMkldnn(settings.convolutions().onednn());
    torch.manual_seed(LenetJob.SEED);
    boolean channelsLast = settings.convolutions().channelsLast();
    LibtorchModel model = new LibtorchLenet(channelsLast);
    Batches batches = batches(job, channelsLast);
    Sgd sgd = new Sgd(LenetJob.LR, LenetJob.MOMENTUM);
    return settings.scripted()
        ? new ScriptLoop(model, batches, sgd, settings.readLoss())
        : new EagerLoop(model, batches, sgd, settings.readLoss());
  }

  private static Batches batches(LenetJob job, boolean channelsLast) {
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
