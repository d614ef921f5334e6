package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.OnNonfinite;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.RecordSpec;
import dev.gradkeeper.engine.train.spec.ScheduleSpec;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Trains a small network on made-up images until the machine code of the kernels is there that most
 * jobs run: interpreted, a step takes a hundred times as long. Whole steps are trained, because the
 * compiler keeps vectors in registers only if it has seen kernels called as a step calls them.
 */
public final class WarmUp {
  private static final int STEPS = 1000;
  private static final int BATCH = 4;
  private static final int SAMPLES = 64;
  private static final int[] SHAPE = {SAMPLES, 3, 32, 32};
  private static final int CLASSES = 10;

  private WarmUp() {}

  /**
   * Returns when the steps are made.
   *
   * @param stopRequested asked before each step; true ends it early
   */
  public static void run(BooleanSupplier stopRequested) {
    new TrainingRun(spec(), StoredImages.NONE)
        .run((step, epoch, loss, gradNorm, lr, gradNormClipped) -> {}, stopRequested);
  }

  private static TrainingSpec spec() {
    return new TrainingSpec(
        0,
        new DataSpec(images(), BATCH, true, false, 0, List.of()),
        List.of(
            conv(3, 6),
            new LayerSpec.Relu(),
            pool(),
            conv(6, 16),
            new LayerSpec.Relu(),
            pool(),
            new LayerSpec.Flatten(1, -1),
            new LayerSpec.Linear(400, 120, true, null, null),
            new LayerSpec.Relu(),
            new LayerSpec.Linear(120, CLASSES, true, null, null)),
        new LossSpec(LossSpec.Type.CROSS_ENTROPY, LossSpec.Reduction.MEAN, 1),
        new OptimizerSpec.Sgd(1e-3, 0.9, 0, 0, false, false),
        new ScheduleSpec.Constant(),
        new GradientSpec(ZeroGrad.EACH_UPDATE, 1, null, null, OnNonfinite.IGNORE),
        new StopSpec(null, (long) STEPS, null, null, null),
        null,
        RecordSpec.NOTHING);
  }

  private static DataSpec.Inline images() {
    Generator generator = new Generator(0);
    double[] inputs = new double[SAMPLES * 3 * 32 * 32];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (generator.nextInt() & 0xFF) / 255.0 - 0.5;
    }
    double[] labels = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i % CLASSES;
    }
    return new DataSpec.Inline(inputs, SHAPE, labels, new int[] {SAMPLES});
  }

  private static LayerSpec conv(int in, int out) {
    int[] one = {1, 1};
    return new LayerSpec.Conv2d(
        in, out, new int[] {5, 5}, one, new int[] {0, 0}, one, 1, true, null, null);
  }

  private static LayerSpec pool() {
    int[] two = {2, 2};
    return new LayerSpec.MaxPool2d(two, two, new int[] {0, 0}, new int[] {1, 1});
  }
}
