package dev.gradkeeper.benchmarks.regression;

import dev.gradkeeper.benchmarks.libtorch.Batches;
import dev.gradkeeper.benchmarks.libtorch.LibtorchModel;
import dev.gradkeeper.benchmarks.libtorch.LibtorchWorkload;
import dev.gradkeeper.benchmarks.libtorch.Sgd;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The line on libtorch. */
public final class LibtorchRegressionJob implements LibtorchWorkload {

  @Override
  public LibtorchModel model(boolean channelsLast) {
    return new Line();
  }

  @Override
  public Batches batches(boolean channelsLast) {
    return Batches.whole(
        Tensor.create(RegressionJob.inputs(), RegressionJob.POINTS, 1),
        Tensor.create(RegressionJob.targets(), RegressionJob.POINTS, 1));
  }

  @Override
  public Sgd sgd() {
    return new Sgd(RegressionJob.LR, 0);
  }

  private static final class Line implements LibtorchModel {
    private final LinearImpl linear = new LinearImpl(1, 1);

    @Override
    public TensorVector parameters() {
      return linear.parameters();
    }

    @Override
    public Tensor forward(Tensor x) {
      return linear.forward(x);
    }

    @Override
    public Tensor loss(Tensor output, Tensor target) {
      return torch.mse_loss(output, target).mul(new Scalar(RegressionJob.SCALE));
    }

    @Override
    public String script() {
      return "torch.linear(x, p[0], p[1])";
    }

    @Override
    public String lossScript() {
      return "torch.mse_loss(output, y) * " + RegressionJob.SCALE;
    }
  }
}
