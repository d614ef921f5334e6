package dev.gradkeeper.engine.autograd;

import dev.gradkeeper.engine.tensor.GradientFunction;
import dev.gradkeeper.engine.tensor.Tensor;

/** A vertex of the graph, and the gradient that a running backward pass has collected for it. */
abstract sealed class Node implements GradientFunction permits OpNode, AccumulateGrad {
  /** The backward pass that is using this node, or null. */
  Backward pass;

  Tensor gradient;

  /** Whether nobody else holds the memory of {@link #gradient}. */
  boolean exclusive;

  /** Adds to what arrived before: the sum is formed in the order of arrival. */
  final void receive(Tensor arriving, boolean arrivesExclusively) {
    if (gradient == null) {
      gradient = arriving;
      exclusive = arrivesExclusively;
    } else if (exclusive && gradient.view().isContiguous()) {
      arriving.device().kernels().axpy(1, arriving.view(), gradient.view());
    } else {
      gradient = Compute.add(gradient, arriving);
      exclusive = true;
    }
  }

  /** The graph from {@code tensor} backwards, or null where no gradient is wanted. */
  static Node of(Tensor tensor) {
    if (tensor == null || !tensor.requiresGrad()) {
      return null;
    }
    if (tensor.gradientFunction() != null) {
      return (Node) tensor.gradientFunction();
    }
    if (tensor.gradAccumulator() == null) {
      tensor.setGradAccumulator(new AccumulateGrad(tensor));
    }
    return (Node) tensor.gradAccumulator();
  }
}
