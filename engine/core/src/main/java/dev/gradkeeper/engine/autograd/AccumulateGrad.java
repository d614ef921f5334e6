package dev.gradkeeper.engine.autograd;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.function.UnaryOperator;

/** Where the graph ends: a leaf that requires gradients. One for each leaf. */
final class AccumulateGrad extends Node {
  final Tensor leaf;

  /** Uses of the leaf in the graph whose gradients have not arrived yet. */
  int waiting;

  AccumulateGrad(Tensor leaf) {
    this.leaf = leaf;
  }

  @Override
  public String name() {
    return "accumulateGrad";
  }

  @Override
  public void backward(Tensor seed, boolean retainGraph) {
    leaf.accumulateGrad(seed, false);
  }

  @Override
  public void registerHook(UnaryOperator<Tensor> hook) {
    leaf.registerHook(hook);
  }
}
