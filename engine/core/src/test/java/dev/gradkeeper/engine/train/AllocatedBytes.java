package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.with;

import com.sun.management.ThreadMXBean;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Prints how many bytes the training thread allocates in each stretch of 10,000 steps, until there
 * is one of none: {@code AllocatedBytes STRETCHES}, at most that many for each job. To be run in a
 * JVM of its own, whose compilers are done sooner or later.
 */
final class AllocatedBytes {
  private static final int STRETCH = 10_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocatedBytes() {}

  public static void main(String[] args) {
    int stretches = Integer.parseInt(args[0]);
    print("regression", Specs.linearRegression(ZeroGrad.EACH_UPDATE), stretches);
    print("convolutions", convolutions(), stretches);
    OptimizerSpec adam = new OptimizerSpec.Adam(1e-3, 0.9, 0.999, 1e-8, 0, false);
    print("adam", with(convolutions(), adam), stretches);
  }

  private static void print(String name, TrainingSpec spec, int stretches) {
    long[] bytes = new long[stretches + 1];
    boolean[] none = new boolean[1];
    TrainingListener listener =
        (step, _, _, _, _, _) -> {
          if (step % STRETCH == 0) {
            int stretch = (int) (step / STRETCH);
            bytes[stretch] = THREADS.getCurrentThreadAllocatedBytes();
            none[0] |= stretch > 1 && bytes[stretch] == bytes[stretch - 1];
          }
        };
    StopSpec stop = new StopSpec(null, (long) stretches * STRETCH, null, null, null);
    new TrainingRun(with(spec, stop), _ -> StepTimings.images(38)).run(listener, () -> none[0]);
    for (int i = 2; i <= stretches && bytes[i] > 0; i++) {
      System.out.println(name + " " + (bytes[i] - bytes[i - 1]));
    }
  }

  /** Shuffled images in batches of 4, the last one of 2: ten steps an epoch. */
  private static TrainingSpec convolutions() {
    TrainingSpec spec = with(Specs.lenet(), (EvaluationSpec) null);
    DataSpec data = spec.data();
    spec = with(spec, new DataSpec(data.source(), 4, true, false, 0, data.transforms()));
    return with(
        spec,
        List.of(
            Specs.conv(3, 4, 5),
            new LayerSpec.Relu(),
            Specs.maxPool(4),
            new LayerSpec.Flatten(1, -1),
            Specs.linear(196, 12),
            new LayerSpec.Relu(),
            Specs.linear(12, 10)));
  }
}
