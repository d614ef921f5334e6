package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.lenet.LenetTraining;
import dev.gradkeeper.benchmarks.lenet.LibtorchLenetJob;
import dev.gradkeeper.benchmarks.libtorch.LibtorchCandidate;
import dev.gradkeeper.benchmarks.libtorch.LibtorchSettings;
import dev.gradkeeper.benchmarks.mlp.LibtorchMlpJob;
import dev.gradkeeper.benchmarks.mlp.MlpJob;
import dev.gradkeeper.benchmarks.peak.FusedMultiplyAdds;
import dev.gradkeeper.benchmarks.peak.Triad;
import dev.gradkeeper.benchmarks.regression.LibtorchRegressionJob;
import dev.gradkeeper.benchmarks.regression.RegressionJob;
import dev.gradkeeper.benchmarks.sgemm.EngineSgemm;
import dev.gradkeeper.benchmarks.sgemm.LibtorchSgemm;
import dev.gradkeeper.engine.train.StoredImages;
import dev.gradkeeper.engine.train.TrainingRun;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.nio.file.Path;
import java.util.List;

/** Makes a candidate of a process's arguments. */
final class Candidates {
  static final String LIBTORCH = "libtorch";
  static final String ENGINE = "engine";

  /** Each lap a run of its own. */
  static final String ENGINE_JOBS = "engine-jobs";

  /** As many fused multiply-adds as the processor can do: a step is a million operations. */
  static final String FMA_PEAK = "fma-peak";

  /** a = b + s·c over arrays that no cache holds. */
  static final String TRIAD = "triad";

  private Candidates() {}

  static Candidate open(List<String> arguments) {
    String side = arguments.getFirst();
    return switch (side) {
      case FMA_PEAK -> new FusedMultiplyAdds();
      case TRIAD -> new Triad();
      case ENGINE -> engine(workload(arguments));
      case ENGINE_JOBS -> jobs(workload(arguments));
      case LIBTORCH ->
          libtorch(
              workload(arguments), LibtorchSettings.of(arguments.subList(5, arguments.size())));
      default -> throw new IllegalArgumentException("no candidate " + side);
    };
  }

  private static Workload workload(List<String> arguments) {
    return new Workload(
        Workload.Kind.valueOf(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Path.of(arguments.get(3)),
        Integer.parseInt(arguments.get(4)));
  }

  private static Candidate engine(Workload workload) {
    return switch (workload.kind()) {
      case LENET -> new EngineLoop(lenet(workload).newRun());
      case MLP -> training(new MlpJob(workload.size()).spec(workload.threads()));
      case REGRESSION -> training(RegressionJob.spec());
      case SGEMM -> new EngineSgemm(workload.size());
    };
  }

  private static Candidate jobs(Workload workload) {
    if (workload.kind() != Workload.Kind.LENET) {
      throw new IllegalArgumentException("no jobs of " + workload.title());
    }
    return new EngineJobs(lenet(workload)::newRun);
  }

  private static LenetTraining lenet(Workload workload) {
    return LenetTraining.of(new LenetJob(workload.dataset(), workload.size()), workload.threads());
  }

  private static Candidate training(TrainingSpec spec) {
    return new EngineLoop(new TrainingRun(spec, StoredImages.NONE));
  }

  private static Candidate libtorch(Workload workload, LibtorchSettings settings) {
    return switch (workload.kind()) {
      case LENET ->
          LibtorchCandidate.open(
              new LibtorchLenetJob(new LenetJob(workload.dataset(), workload.size())), settings);
      case MLP -> LibtorchCandidate.open(new LibtorchMlpJob(new MlpJob(workload.size())), settings);
      case REGRESSION -> LibtorchCandidate.open(new LibtorchRegressionJob(), settings);
      case SGEMM -> new LibtorchSgemm(workload.size());
    };
  }
}
