package dev.gradkeeper.benchmarks.libtorch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A network and its loss for libtorch, said twice: as calls and as TorchScript. */
public interface LibtorchModel {

  TensorVector parameters();

  Tensor forward(Tensor x);

  /** Cross entropy, unless the model has another one. */
  default Tensor loss(Tensor output, Tensor target) {
    return torch.cross_entropy(output, target);
  }

  /**
   * A TorchScript expression of {@link #forward} in {@code x} and the list {@code p} of parameters.
   */
  String script();

  /** A TorchScript expression of {@link #loss} in {@code output} and {@code y}. */
  default String lossScript() {
    return "torch.cross_entropy_loss(output, y)";
  }
}
