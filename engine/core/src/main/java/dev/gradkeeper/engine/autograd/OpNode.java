package dev.gradkeeper.engine.autograd;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A recorded operation with its place in the order of creation and the nodes of its inputs. */
final class OpNode extends Node {
  private static final AtomicLong CREATED = new AtomicLong();

  final long sequence = CREATED.getAndIncrement();

  /** In the order of the operation's arguments; null where no gradient is wanted. */
  final Node[] inputs;

  /** In anomaly mode, where the operation was called; else null. */
  final Throwable calledAt;

  List<UnaryOperator<Tensor>> hooks = List.of();

  private final Class<? extends Op> type;
  private Op op;

  private OpNode(Op op, Node... inputs) {
    this.op = op;
    this.type = op.getClass();
    this.inputs = inputs;
    this.calledAt =
        GradMode.detectsAnomaly() ? new Throwable("%s was called here".formatted(name())) : null;
  }

  /** Whether an operation on these tensors is to be recorded. */
  static boolean records(Tensor a) {
    return a.requiresGrad() && GradMode.isEnabled();
  }

  static boolean records(Tensor a, Tensor b) {
    return (a.requiresGrad() || b.requiresGrad()) && GradMode.isEnabled();
  }

  static boolean records(Tensor a, Tensor b, Tensor optional) {
    return (a.requiresGrad() || b.requiresGrad() || (optional != null && optional.requiresGrad()))
        && GradMode.isEnabled();
  }

  static Tensor record(Op op, Tensor out, Tensor a) {
    return made(out, new OpNode(op, of(a)));
  }

  static Tensor record(Op op, Tensor out, Tensor a, Tensor b) {
    return made(out, new OpNode(op, of(a), of(b)));
  }

  static Tensor record(Op op, Tensor out, Tensor a, Tensor b, Tensor optional) {
    return made(out, new OpNode(op, of(a), of(b), of(optional)));
  }

  private static Tensor made(Tensor out, OpNode node) {
    out.setGradientFunction(node);
    return out;
  }

  /** The operation, null once it is {@link #forget forgotten}. */
  Op op() {
    return op;
  }

  /** Frees what the operation saved. */
  void forget() {
    if (op != null && op.savesTensors()) {
      op = null;
    }
  }

  @Override
  public String name() {
    return Op.name(type);
  }

  @Override
  public void backward(Tensor seed, boolean retainGraph) {
    new Backward(retainGraph).run(this, seed);
  }

  @Override
  public void registerHook(UnaryOperator<Tensor> hook) {
    hooks = new ArrayList<>(hooks);
    hooks.add(hook);
  }
}
