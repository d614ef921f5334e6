package dev.gradkeeper.benchmarks.libtorch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** A network for libtorch, said twice: as calls and as TorchScript. */
public interface LibtorchModel {

  TensorVector parameters();

  Tensor forward(Tensor x);

  /** A TorchScript expression of the same in {@code x} and the list {@code p} of parameters. */
  String script();
}
