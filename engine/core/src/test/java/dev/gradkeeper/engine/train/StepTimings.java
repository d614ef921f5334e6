package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.linear;
import static dev.gradkeeper.engine.train.spec.Specs.with;

import com.sun.management.ThreadMXBean;
import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.ParallelSpec;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Times whole training steps, the listener's call included: the fastest lap and the tenth
 * percentile of many short ones, which other load disturbs least. Not a test: run its {@code main}
 * with {@code --add-modules jdk.incubator.vector} and the test classes on the class path; arguments
 * choose among the workloads.
 */
public final class StepTimings {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private record Workload(String name, TrainingSpec spec, int steps, int lap) {}

  private StepTimings() {}

  public static void main(String[] args) {
    List<Workload> workloads =
        List.of(
            new Workload("lenet-4", lenet(4), 24_000, 20),
            new Workload("lenet-32", lenet(32), 4_000, 5),
            new Workload("lenet-128", lenet(128), 1_500, 2),
            new Workload("mlp-64", mlp(64), 6_000, 5),
            new Workload("mlp-256", mlp(256), 2_000, 2),
            new Workload("lenet-128-x2", threads(lenet(128)), 3_000, 2),
            new Workload("mlp-256-x2", threads(mlp(256)), 4_000, 2),
            new Workload(
                "regression", Specs.linearRegression(ZeroGrad.EACH_UPDATE), 1_000_000, 1000));
    for (Workload workload : workloads) {
      if (args.length == 0 || Arrays.asList(args).contains(workload.name())) {
        time(workload);
      }
    }
  }

  private static void time(Workload workload) {
    long[] laps = new long[workload.steps() / workload.lap()];
    long[] allocated = new long[laps.length];
    TrainingListener listener =
        (step, _, _, _, _, _) -> {
          if (step % workload.lap() == 0) {
            int lap = (int) (step / workload.lap()) - 1;
            allocated[lap] = THREADS.getCurrentThreadAllocatedBytes();
            laps[lap] = System.nanoTime();
          }
        };
    TrainingSpec spec =
        with(workload.spec(), new StopSpec(null, (long) workload.steps(), null, null, null));
    Images images = images(50_000);
    new TrainingRun(spec, _ -> images).run(listener, () -> false);
    int half = laps.length / 2;
    double[] micros = new double[laps.length - half - 1];
    for (int i = 0; i < micros.length; i++) {
      micros[i] = (laps[half + i + 1] - laps[half + i]) / 1e3 / workload.lap();
    }
    Arrays.sort(micros);
    long bytes = allocated[laps.length - 1] - allocated[half];
    System.out.printf(
        "%-12s min %10.3f us  p10 %10.3f us  median %10.3f us  %8.1f bytes a step%n",
        workload.name(),
        micros[0],
        micros[micros.length / 10],
        micros[micros.length / 2],
        (double) bytes / ((laps.length - 1 - half) * workload.lap()));
  }

  private static TrainingSpec lenet(int batch) {
    TrainingSpec spec = with(Specs.lenet(), (EvaluationSpec) null);
    DataSpec data = spec.data();
    return with(spec, new DataSpec(data.source(), batch, true, false, 0, data.transforms()));
  }

  private static TrainingSpec threads(TrainingSpec spec) {
    return with(spec, new ParallelSpec(null, 2));
  }

  private static TrainingSpec mlp(int batch) {
    int samples = 4096;
    double[] inputs = new double[samples * 784];
    double[] targets = new double[samples];
    Arrays.setAll(inputs, i -> Math.sin(i));
    Arrays.setAll(targets, i -> i * 7 % 10);
    TrainingSpec spec =
        with(
            lenet(batch),
            List.of(
                linear(784, 256),
                new LayerSpec.Relu(),
                linear(256, 128),
                new LayerSpec.Relu(),
                linear(128, 10)));
    spec =
        with(
            spec,
            new DataSpec(
                new DataSpec.Inline(inputs, new int[] {samples, 784}, targets, new int[] {samples}),
                batch,
                true,
                false,
                0,
                List.of()));
    return with(spec, new LossSpec(LossSpec.Type.CROSS_ENTROPY, LossSpec.Reduction.MEAN, 1));
  }

  /** Images of noise that no library drew. */
  static Images images(int samples) {
    byte[] pixels = new byte[samples * 3 * 32 * 32];
    int state = 1;
    for (int i = 0; i < pixels.length; i++) {
      state = state * 1664525 + 1013904223;
      pixels[i] = (byte) (state >> 24);
    }
    int[] labels = new int[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = i % 10;
    }
    return new Images(
        3, 32, 32, pixels, labels, List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  }
}
