package dev.gradkeeper.benchmarks.libtorch;

import dev.gradkeeper.benchmarks.Candidate;
import org.bytedeco.pytorch.global.torch;

/** A training job on libtorch, on one thread. */
public final class LibtorchCandidate {

  private LibtorchCandidate() {}

  public static Candidate open(LibtorchWorkload workload, LibtorchSettings settings) {
    torch.set_num_threads(1);
    torch.globalContext().setUserEnabledMkldnn(settings.convolutions().onednn());
    // Momentum of units without a gradient decays to denormal numbers, which take a hundred times
    // as long.
    if (!torch.globalContext().setFlushDenormal(true)) {
      throw new IllegalStateException("this processor does not flush denormal numbers to zero");
    }
    torch.manual_seed(LibtorchWorkload.SEED);
    boolean channelsLast = settings.convolutions().channelsLast();
    LibtorchModel model = workload.model(channelsLast);
    Batches batches = workload.batches(channelsLast);
    return settings.scripted()
        ? new ScriptLoop(model, batches, workload.sgd(), settings.readLoss())
        : new EagerLoop(model, batches, workload.sgd(), settings.readLoss());
  }
}
