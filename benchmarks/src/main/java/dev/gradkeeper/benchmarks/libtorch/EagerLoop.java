package dev.gradkeeper.benchmarks.libtorch;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.Lap;
import dev.gradkeeper.benchmarks.Stopwatch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;

/** The tutorials' loop: zero_grad, forward, loss, backward, step. */
public final class EagerLoop implements Candidate {
  private final LibtorchModel model;
  private final Batches batches;
  private final boolean readLoss;
  private final SGD optimizer;
  private long step;

  public EagerLoop(LibtorchModel model, Batches batches, Sgd sgd, boolean readLoss) {
    this.model = model;
    this.batches = batches;
    this.readLoss = readLoss;
    SGDOptions options = new SGDOptions(sgd.lr());
    options.momentum().put(sgd.momentum());
    this.optimizer = new SGD(model.parameters(), options);
  }

  @Override
  public Lap run(int steps) {
    Stopwatch watch = new Stopwatch();
    double loss = Double.NaN;
    for (int i = 0; i < steps; i++) {
      loss = step(readLoss || i == steps - 1);
    }
    return watch.lap(steps, loss);
  }

  private double step(boolean read) {
    // Frees the step's tensors as its end, as C++ would.
    try (PointerScope scope = new PointerScope()) {
      Tensor x = batches.inputs();
      Tensor y = batches.targets();
      if (batches.order() != null) {
        long from = step++ % batches.count() * batches.size();
        Tensor index = batches.order().narrow(0, from, batches.size());
        x = x.index_select(0, index);
        y = y.index_select(0, index);
      }
      optimizer.zero_grad();
      Tensor loss = model.loss(model.forward(x), y);
      loss.backward();
      optimizer.step();
      return read ? loss.item_float() : Double.NaN;
    }
  }
}
