package dev.gradkeeper.benchmarks;

import dev.gradkeeper.benchmarks.lenet.LenetJob;
import dev.gradkeeper.benchmarks.libtorch.Convolutions;
import dev.gradkeeper.benchmarks.libtorch.LibtorchVariant;
import dev.gradkeeper.benchmarks.mlp.MlpJob;
import java.nio.file.Path;
import java.util.List;

/**
 * What is measured: a training job, or a product of square matrices.
 *
 * @param size samples in a batch; rows and columns of a matrix
 * @param dataset an image folder as a zip file, for the jobs that need one
 * @param threads of a training job on the engine
 */
record Workload(Kind kind, int size, Path dataset, int threads) {

  /** On one thread. */
  Workload(Kind kind, int size, Path dataset) {
    this(kind, size, dataset, 1);
  }

  enum Kind {
    LENET,
    MLP,
    REGRESSION,
    SGEMM
  }

  String title() {
    return switch (kind) {
      case LENET -> "LeNet on CIFAR-10, batch " + size;
      case MLP -> "MLP 784-256-128-10, batch " + size;
      case REGRESSION -> "linear regression, 20 points";
      case SGEMM -> "SGEMM " + size;
    };
  }

  /** Floating-point operations of a step's products; 0 where they are not what takes the time. */
  double flops() {
    return switch (kind) {
      case LENET -> LenetJob.flops(size);
      case MLP -> MlpJob.flops(size);
      case REGRESSION -> 0;
      case SGEMM -> 2.0 * size * size * size;
    };
  }

  /** Steps of a lap of about a fifth of a second on libtorch, and of two milliseconds at least. */
  int lapSteps() {
    return switch (kind) {
      case LENET -> Math.max(800 / size, 8);
      case MLP -> Math.max(12_800 / size, 40);
      case REGRESSION -> 10_000;
      case SGEMM -> (int) Math.max(20e9 / flops(), 4);
    };
  }

  /**
   * The step whose losses are compared; in the first epoch, because libtorch's loop makes a whole
   * batch of an epoch's last samples and the next one's first.
   */
  int comparedStep() {
    return switch (kind) {
      case LENET -> Math.min(300, LenetJob.FEWEST_SAMPLES / size);
      case MLP, REGRESSION -> Math.min(300, warmUpSteps());
      case SGEMM -> 1;
    };
  }

  /** Steps until the engine is compiled and both sides' caches are warm. */
  int warmUpSteps() {
    return switch (kind) {
      case LENET -> Math.max(64_000 / size, 1_000);
      case MLP -> Math.max(100_000 / size, 600);
      case REGRESSION -> 200_000;
      case SGEMM -> (int) Math.clamp(200e9 / flops(), 40, 20_000);
    };
  }

  /** The ways to do it on libtorch that can differ for it. */
  List<LibtorchVariant> libtorchVariants() {
    return LibtorchVariant.all().stream()
        .filter(
            variant ->
                switch (kind) {
                  case LENET -> true;
                  case MLP, REGRESSION ->
                      variant.settings().convolutions() != Convolutions.ONEDNN_CHANNELS_LAST;
                  case SGEMM ->
                      variant.settings().convolutions() == Convolutions.BLAS
                          && !variant.settings().scripted();
                })
        .toList();
  }

  /** For {@link Candidates}. */
  List<String> arguments(String side) {
    return List.of(
        side, kind.name(), Integer.toString(size), dataset.toString(), Integer.toString(threads));
  }
}
