package dev.gradkeeper.engine.programs;

import static dev.gradkeeper.engine.autograd.TensorMath.flatten;
import static dev.gradkeeper.engine.autograd.TensorMath.relu;

import dev.gradkeeper.engine.nn.Conv2d;
import dev.gradkeeper.engine.nn.Linear;
import dev.gradkeeper.engine.nn.MaxPool2d;
import dev.gradkeeper.engine.nn.Module;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;

/** The network of PyTorch's CIFAR-10 tutorial: [n, 3, 32, 32] to [n, 10]. */
public final class LeNet extends Module {
  private final Conv2d conv1;
  private final MaxPool2d pool = new MaxPool2d(2);
  private final Conv2d conv2;
  private final Linear fc1;
  private final Linear fc2;
  private final Linear fc3;

  public LeNet(Generator generator) {
    conv1 = register("conv1", new Conv2d(3, 6, 5, generator));
    conv2 = register("conv2", new Conv2d(6, 16, 5, generator));
    fc1 = register("fc1", new Linear(16 * 5 * 5, 120, generator));
    fc2 = register("fc2", new Linear(120, 84, generator));
    fc3 = register("fc3", new Linear(84, 10, generator));
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = pool.forward(relu(conv1.forward(input)));
    x = pool.forward(relu(conv2.forward(x)));
    x = flatten(x, 1, -1);
    x = relu(fc1.forward(x));
    x = relu(fc2.forward(x));
    return fc3.forward(x);
  }
}
