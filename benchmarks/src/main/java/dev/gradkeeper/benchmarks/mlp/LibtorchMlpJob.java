package dev.gradkeeper.benchmarks.mlp;

import dev.gradkeeper.benchmarks.libtorch.Batches;
import dev.gradkeeper.benchmarks.libtorch.LibtorchModel;
import dev.gradkeeper.benchmarks.libtorch.LibtorchWorkload;
import dev.gradkeeper.benchmarks.libtorch.Sgd;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The perceptron on libtorch. */
public record LibtorchMlpJob(MlpJob job) implements LibtorchWorkload {

  @Override
  public LibtorchModel model(boolean channelsLast) {
    return new Mlp();
  }

  @Override
  public Batches batches(boolean channelsLast) {
    long[] labels = job.labels();
    int samples = labels.length;
    return new Batches(
        Tensor.create(job.inputs(), samples, MlpJob.FEATURES),
        Tensor.create(labels, samples),
        Tensor.create(LongStream.range(0, samples).toArray(), samples),
        job.batchSize());
  }

  @Override
  public Sgd sgd() {
    return new Sgd(MlpJob.LR, MlpJob.MOMENTUM);
  }

  private static final class Mlp implements LibtorchModel {
    private final LinearImpl[] layers = {
      new LinearImpl(MlpJob.FEATURES, 256),
      new LinearImpl(256, 128),
      new LinearImpl(128, MlpJob.CLASSES)
    };

    @Override
    public TensorVector parameters() {
      TensorVector all = new TensorVector();
      for (LinearImpl layer : layers) {
        TensorVector some = layer.parameters();
        for (long i = 0; i < some.size(); i++) {
          all.push_back(some.get(i));
        }
      }
      return all;
    }

    @Override
    public Tensor forward(Tensor input) {
      Tensor x = torch.relu(layers[0].forward(input));
      x = torch.relu(layers[1].forward(x));
      return layers[2].forward(x);
    }

    @Override
    public String script() {
      String x = "torch.relu(torch.linear(x, p[0], p[1]))";
      x = "torch.relu(torch.linear(" + x + ", p[2], p[3]))";
      return "torch.linear(" + x + ", p[4], p[5])";
    }
  }
}
