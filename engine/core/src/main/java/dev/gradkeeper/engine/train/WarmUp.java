package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
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
import dev.gradkeeper.engine.train.spec.TransformSpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Trains a small network on made-up images until the machine code of the kernels is there that most
 * jobs run: interpreted, a step takes a hundred times as long. Whole steps are trained, because the
 * compiler keeps vectors in registers only if it has seen kernels called as a step calls them.
 *
 * <p>What never happened the compiler leaves out, and the first job to which it happens waits for
 * its kernels to be compiled again. A job's thread begins without buffers; so does each step here.
 */
public final class WarmUp {
  private static final long STEPS = 1000;
  private static final int BATCH = 4;
  private static final int SAMPLES = 64;
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final List<String> CLASSES =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private WarmUp() {}

  /**
   * Returns when the steps are made.
   *
   * @param stopRequested asked before each step; true ends it early
   */
  public static void run(BooleanSupplier stopRequested) {
    Images images = images();
    Kernels kernels = CpuDevice.get().kernels();
    new TrainingRun(spec(), _ -> images)
        .run(
            (step, epoch, loss, gradNorm, lr, gradNormClipped) -> kernels.releaseBuffers(),
            stopRequested);
  }

  private static TrainingSpec spec() {
    double[] half = {0.5};
    List<TransformSpec> transforms =
        List.of(new TransformSpec.ToTensor(), new TransformSpec.Normalize(half, half));
    return new TrainingSpec(
        0,
        new DataSpec(new DataSpec.Stored("warm-up", "train"), BATCH, true, false, 0, transforms),
        List.of(
            conv(CHANNELS, 6),
            new LayerSpec.Relu(),
            pool(),
            conv(6, 16),
            new LayerSpec.Relu(),
            pool(),
            new LayerSpec.Flatten(1, -1),
            new LayerSpec.Linear(400, 120, true, null, null),
            new LayerSpec.Relu(),
            new LayerSpec.Linear(120, 84, true, null, null),
            new LayerSpec.Relu(),
            new LayerSpec.Linear(84, CLASSES.size(), true, null, null)),
        new LossSpec(LossSpec.Type.CROSS_ENTROPY, LossSpec.Reduction.MEAN, 1),
        new OptimizerSpec.Sgd(1e-3, 0.9, 0, 0, false, false),
        new ScheduleSpec.Constant(),
        new GradientSpec(ZeroGrad.EACH_UPDATE, 1, null, null, OnNonfinite.IGNORE),
        new StopSpec(null, STEPS, null, null, null),
        null,
        RecordSpec.NOTHING);
  }

  private static Images images() {
    Generator generator = new Generator(0);
    byte[] pixels = new byte[SAMPLES * CHANNELS * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) generator.nextInt();
    }
    int[] labels = new int[SAMPLES];
    Arrays.setAll(labels, i -> i % CLASSES.size());
    return new Images(CHANNELS, SIDE, SIDE, pixels, labels, CLASSES);
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
