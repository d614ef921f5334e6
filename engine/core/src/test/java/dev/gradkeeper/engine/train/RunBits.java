package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.linear;
import static dev.gradkeeper.engine.train.spec.Specs.with;

import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.List;

/**
 * Prints the bits of loss and gradient norm of every step of two jobs, to be run in JVMs of all
 * kinds: {@code RunBits LENET_STEPS MLP_STEPS}.
 */
final class RunBits {
  private RunBits() {}

  public static void main(String[] args) {
    print("lenet", lenet(Long.parseLong(args[0])), images());
    print("mlp", mlp(Long.parseLong(args[1])), null);
  }

  private static void print(String name, TrainingSpec spec, Images images) {
    StringBuilder out = new StringBuilder();
    TrainingListener listener =
        (step, _, loss, norm, _, _) ->
            out.append(name)
                .append(' ')
                .append(step)
                .append(' ')
                .append(Integer.toHexString(Float.floatToRawIntBits(loss)))
                .append(' ')
                .append(Integer.toHexString(Float.floatToRawIntBits(norm)))
                .append('\n');
    new TrainingRun(spec, _ -> images).run(listener, () -> false);
    System.out.print(out);
  }

  private static TrainingSpec lenet(long steps) {
    TrainingSpec spec = with(Specs.lenet(), (EvaluationSpec) null);
    return with(spec, new StopSpec(null, steps, null, null, null));
  }

  /** Images of noise that no library drew. */
  private static Images images() {
    int samples = 40;
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

  /** Odd sizes, every activation, dropout, Adam, windows of two. */
  private static TrainingSpec mlp(long steps) {
    double[] inputs = new double[37 * 19];
    double[] targets = new double[37 * 3];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (i * 7919 % 1000) / 500.0 - 1;
    }
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (i * 104729 % 1000) / 500.0 - 1;
    }
    TrainingSpec spec = Specs.linearRegression(ZeroGrad.EACH_UPDATE);
    spec =
        with(
            spec,
            List.of(
                linear(19, 67),
                new LayerSpec.Tanh(),
                new LayerSpec.Dropout(0.2),
                linear(67, 31),
                new LayerSpec.Sigmoid(),
                linear(31, 3)));
    spec =
        with(
            spec,
            new DataSpec(
                new DataSpec.Inline(inputs, new int[] {37, 19}, targets, new int[] {37, 3}),
                5,
                true,
                false,
                0,
                List.of()));
    spec = with(spec, new LossSpec(LossSpec.Type.MSE, LossSpec.Reduction.MEAN, 1));
    spec = with(spec, new OptimizerSpec.Adam(0.01, 0.9, 0.999, 1e-8, 0.001, false));
    spec = with(spec, Specs.gradients(ZeroGrad.EACH_UPDATE, 2));
    return with(spec, new StopSpec(null, steps, null, null, null));
  }
}
