package dev.gradkeeper.benchmarks.lenet;

import dev.gradkeeper.benchmarks.libtorch.LibtorchModel;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The CIFAR-10 tutorial's network, initialised from libtorch's default generator. */
final class LibtorchLenet implements LibtorchModel {
  private final Conv2dImpl conv1 = conv(3, 6);
  private final Conv2dImpl conv2 = conv(6, 16);
  private final LinearImpl fc1 = new LinearImpl(400, 120);
  private final LinearImpl fc2 = new LinearImpl(120, 84);
  private final LinearImpl fc3 = new LinearImpl(84, 10);

  /**
   * @param channelsLast whether the weights of convolutions have their channels innermost
   */
  LibtorchLenet(boolean channelsLast) {
    if (channelsLast) {
      for (Conv2dImpl conv : new Conv2dImpl[] {conv1, conv2}) {
        Tensor weight = conv.weight();
        weight.set_data(weight.detach().contiguous(torch.MemoryFormat.ChannelsLast));
      }
    }
  }

  private static Conv2dImpl conv(long in, long out) {
    return new Conv2dImpl(new Conv2dOptions(in, out, new LongPointer(5, 5)));
  }

  @Override
  public TensorVector parameters() {
    TensorVector all = new TensorVector();
    for (Module layer : new Module[] {conv1, conv2, fc1, fc2, fc3}) {
      TensorVector some = layer.parameters();
      for (long i = 0; i < some.size(); i++) {
        all.push_back(some.get(i));
      }
    }
    return all;
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = torch.max_pool2d(torch.relu(conv1.forward(input)), 2, 2);
    x = torch.max_pool2d(torch.relu(conv2.forward(x)), 2, 2);
    x = x.flatten(1, -1);
    x = torch.relu(fc1.forward(x));
    x = torch.relu(fc2.forward(x));
    return fc3.forward(x);
  }

  @Override
  public String script() {
    String x = "torch.max_pool2d(torch.relu(torch.conv2d(x, p[0], p[1])), [2, 2])";
    x = "torch.max_pool2d(torch.relu(torch.conv2d(" + x + ", p[2], p[3])), [2, 2])";
    x = "torch.relu(torch.linear(torch.flatten(" + x + ", 1), p[4], p[5]))";
    x = "torch.relu(torch.linear(" + x + ", p[6], p[7]))";
    return "torch.linear(" + x + ", p[8], p[9])";
  }
}
