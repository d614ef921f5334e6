package dev.gradkeeper.benchmarks.libtorch;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.Lap;
import dev.gradkeeper.benchmarks.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The same loop as one TorchScript function: no call comes from Java, gradients are handed over
 * instead of accumulated and zeroed, and the optimizer is the fused one. It measures what libtorch
 * can do without its callers.
 */
public final class ScriptLoop implements Candidate {
  /** The weights are returned because an unused result would remove their update. */
  private static final String SOURCE =
      """
      def train(inputs, targets, order, %1$s, %2$s, start: int, steps: int, read: bool):
          p = [%1$s]
          momentum: List[Tensor] = [%8$s]
          weights: List[Tensor] = []
          for q in p:
              weights.append(q.detach())
          total = 0.0
          loss = torch.zeros([1])
          for i in range(steps):
      %3$s
              output = %4$s
              loss = %7$s
              gradients: List[Tensor] = []
              for g in torch.autograd.grad([loss], p):
                  if g is not None:
                      gradients.append(g)
              torch._fused_sgd_(weights, gradients, momentum, weight_decay=0.0, momentum=%6$s, lr=%5$s,
                                dampening=0.0, nesterov=False, maximize=False, is_first_step=False)
              if read:
                  total += float(loss)
          return float(loss), total, weights
      """;

  private static final String WHOLE =
      """
              x = inputs
              y = targets
      """;

  private static final String BATCH =
      """
              index = torch.narrow(order, 0, (start + i) %% (order.size(0) // %1$d) * %1$d, %1$d)
              x = torch.index_select(inputs, 0, index)
              y = torch.index_select(targets, 0, index)
      """;

  private final Batches batches;
  private final boolean readLoss;
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Tensor> momenta = new ArrayList<>();

  /** Keeps {@link #train} alive. */
  private final CompilationUnit unit;

  private final Function train;
  private long step;

  public ScriptLoop(LibtorchModel model, Batches batches, Sgd sgd, boolean readLoss) {
    this.batches = batches;
    this.readLoss = readLoss;
    TensorVector all = model.parameters();
    for (long i = 0; i < all.size(); i++) {
      // A copy of the handle: what get gives dies with the vector.
      parameters.add(new Tensor(all.get(i)));
      momenta.add(torch.zeros_like(all.get(i).detach()));
    }
    String source =
        String.format(
            Locale.ROOT,
            SOURCE,
            names("p"),
            names("m"),
            batches.order() == null ? WHOLE : String.format(Locale.ROOT, BATCH, batches.size()),
            model.script(),
            sgd.lr(),
            sgd.momentum(),
            model.lossScript(),
            sgd.momentum() == 0 ? "" : names("m"));
    // Profiling and recompiling slow so short a loop down.
    torch.setGraphExecutorOptimize(false);
    unit = torch.compile(source);
    train = unit.find_function(new QualifiedName("train"));
  }

  private String names(String letter) {
    return IntStream.range(0, parameters.size())
        .mapToObj(i -> letter + i)
        .collect(Collectors.joining(", "));
  }

  @Override
  public Lap run(int steps) {
    try (PointerScope scope = new PointerScope()) {
      List<IValue> arguments = new ArrayList<>();
      arguments.add(new IValue(batches.inputs()));
      arguments.add(new IValue(batches.targets()));
      arguments.add(new IValue(batches.order() == null ? batches.inputs() : batches.order()));
      parameters.forEach(parameter -> arguments.add(new IValue(parameter)));
      momenta.forEach(momentum -> arguments.add(new IValue(momentum)));
      arguments.add(new IValue(step));
      arguments.add(new IValue((long) steps));
      arguments.add(new IValue(readLoss));
      IValueVector input = new IValueVector(arguments.toArray(IValue[]::new));
      Stopwatch watch = new Stopwatch();
      IValue result = train.apply(input);
      double loss = result.toTuple().elements().get(0).toDouble();
      step += steps;
      return watch.lap(steps, loss);
    }
  }
}
