package dev.gradkeeper.engine.autograd;

import dev.gradkeeper.engine.tensor.Shape;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One backward pass. Operations run in the reverse order of their creation, PyTorch's order: inputs
 * are older than results, so each one has its whole gradient when its turn comes, and the sums of
 * several uses of a tensor are formed in a fixed order. A leaf gets its sum once, as soon as the
 * last part of it has arrived.
 */
final class Backward {
  private static final Comparator<OpNode> LATEST_FIRST =
      (a, b) -> Long.compare(b.sequence, a.sequence);

  private final boolean retainGraph;
  private final boolean detectAnomaly = GradMode.detectsAnomaly();
  private final List<OpNode> operations = new ArrayList<>();
  private final List<AccumulateGrad> leaves = new ArrayList<>();
  private OpNode current;

  Backward(boolean retainGraph) {
    this.retainGraph = retainGraph;
  }

  void run(OpNode root, Tensor seed) {
    try (var _ = GradMode.noGrad()) {
      visit(root);
      for (int i = 0; i < operations.size(); i++) {
        for (Node input : operations.get(i).inputs) {
          visit(input);
        }
      }
      operations.sort(LATEST_FIRST);
      root.receive(seed, false);
      for (int i = 0; i < operations.size(); i++) {
        process(operations.get(i));
      }
    } finally {
      operations.forEach(Backward::leave);
      leaves.forEach(Backward::leave);
    }
  }

  private void visit(Node node) {
    if (node == null) {
      return;
    }
    boolean seen = node.pass == this;
    if (!seen && node.pass != null) {
      throw new IllegalStateException(
          "backward: another backward pass is running through " + node.name());
    }
    node.pass = this;
    switch (node) {
      case AccumulateGrad leaf -> {
        if (!seen) {
          leaves.add(leaf);
        }
        leaf.waiting++;
      }
      case OpNode operation -> {
        if (!seen) {
          operations.add(operation);
          requireKept(operation);
        }
      }
    }
  }

  private static void requireKept(OpNode operation) {
    if (operation.op() == null) {
      throw new IllegalStateException(
          ("backward: an earlier backward pass has freed what %s saved; give that pass"
                  + " retainGraph=true, or compute the result again")
              .formatted(operation.name()));
    }
  }

  private void process(OpNode operation) {
    current = operation;
    if (operation.gradient != null) {
      for (UnaryOperator<Tensor> hook : operation.hooks) {
        operation.gradient = Tensor.applyHook(hook, operation.gradient);
        operation.exclusive = false;
      }
      Tensor gradient = operation.gradient;
      operation.gradient = null;
      BackwardRules.apply(operation.op(), gradient, this);
    }
    for (Node input : operation.inputs) {
      if (input instanceof AccumulateGrad leaf && --leaf.waiting == 0 && leaf.gradient != null) {
        Tensor gradient = leaf.gradient;
        leaf.gradient = null;
        leaf.leaf.accumulateGrad(gradient, leaf.exclusive);
      }
    }
    if (!retainGraph) {
      operation.forget();
    }
  }

  private static void leave(Node node) {
    node.pass = null;
    node.gradient = null;
    if (node instanceof AccumulateGrad leaf) {
      leaf.waiting = 0;
    }
  }

  // ---- what the rules of the current operation give ----

  /** Whether the gradient of input {@code i} is wanted. */
  boolean needs(int i) {
    return current.inputs[i] != null;
  }

  /** Where a rule may write what it computes from {@code gradient} element by element. */
  Tensor inPlaceOf(Tensor gradient) {
    return current.exclusive && gradient.view().isContiguous()
        ? gradient
        : Compute.empty(gradient, gradient.view().sizes());
  }

  /** Input {@code i} gets a gradient whose memory nobody else holds. */
  void give(int i, Tensor gradient) {
    deliver(i, gradient, true);
  }

  /** Input {@code i} gets the operation's own gradient or a view of it, if it wants one. */
  void share(int i, Tensor gradient) {
    if (!needs(i)) {
      return;
    }
    boolean onlyInput = current.inputs.length == 1;
    deliver(i, gradient, onlyInput && current.exclusive);
  }

  /** {@link #share}, summed over the dimensions along which the input was broadcast. */
  void shareReduced(int i, Tensor gradient, int[] shape) {
    if (!needs(i)) {
      return;
    }
    Tensor reduced = Compute.sumTo(gradient, shape);
    if (reduced == gradient) {
      share(i, gradient);
    } else {
      give(i, reduced);
    }
  }

  /** {@link #give}, summed over the dimensions along which the input was broadcast. */
  void giveReduced(int i, Tensor gradient, int[] shape) {
    give(i, Compute.sumTo(gradient, shape));
  }

  private void deliver(int i, Tensor gradient, boolean exclusive) {
    if (detectAnomaly) {
      requireNoNan(i, gradient);
    }
    current.inputs[i].receive(gradient, exclusive);
  }

  private void requireNoNan(int i, Tensor gradient) {
    for (double value : gradient.toDoubleArray()) {
      if (Double.isNaN(value)) {
        throw new IllegalStateException(
            "backward of %s: the gradient of its input %d, of shape %s, contains NaN"
                .formatted(current.name(), i, Shape.format(gradient.view().sizes())),
            current.calledAt);
      }
    }
  }
}
