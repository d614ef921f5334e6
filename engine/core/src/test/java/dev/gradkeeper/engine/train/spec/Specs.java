package dev.gradkeeper.engine.train.spec;

import java.util.List;

/** Specs of the systems that the tests train. */
public final class Specs {
  private static final double[] HALF = {0.5, 0.5, 0.5};

  private Specs() {}

  public static LayerSpec linear(int in, int out) {
    return new LayerSpec.Linear(in, out, true, null, null);
  }

  public static LayerSpec conv(int in, int out, int kernel) {
    int[] one = {1, 1};
    return new LayerSpec.Conv2d(
        in, out, new int[] {kernel, kernel}, one, new int[] {0, 0}, one, 1, true, null, null);
  }

  public static LayerSpec maxPool(int kernel) {
    int[] size = {kernel, kernel};
    return new LayerSpec.MaxPool2d(size, size, new int[] {0, 0}, new int[] {1, 1});
  }

  public static List<LayerSpec> lenetLayers() {
    return List.of(
        conv(3, 6, 5),
        new LayerSpec.Relu(),
        maxPool(2),
        conv(6, 16, 5),
        new LayerSpec.Relu(),
        maxPool(2),
        new LayerSpec.Flatten(1, -1),
        linear(400, 120),
        new LayerSpec.Relu(),
        linear(120, 84),
        new LayerSpec.Relu(),
        linear(84, 10));
  }

  /** The CIFAR-10 tutorial: batch 4, shuffled, SGD 0.001/0.9, two epochs, evaluated on "test". */
  public static TrainingSpec lenet() {
    return new TrainingSpec(
        0,
        new DataSpec(
            new DataSpec.Stored("ds_cifar10", "train"),
            4,
            true,
            false,
            0,
            List.of(new TransformSpec.ToTensor(), new TransformSpec.Normalize(HALF, HALF))),
        lenetLayers(),
        new LossSpec(LossSpec.Type.CROSS_ENTROPY, LossSpec.Reduction.MEAN, 1),
        sgd(0.001, 0.9),
        new ScheduleSpec.Constant(),
        gradients(GradientSpec.ZeroGrad.EACH_UPDATE, 1),
        new StopSpec(2, null, null, null, null),
        new EvaluationSpec("test", null),
        RecordSpec.NOTHING);
  }

  /** 20 points, w from randn, b = 0, half the mean squared error, plain SGD with rate 0.01. */
  public static TrainingSpec linearRegression(GradientSpec.ZeroGrad zeroGrad) {
    return new TrainingSpec(
        6,
        new DataSpec(
            new DataSpec.LinearRegression(20, 10, 2, 5, 1), null, false, false, 0, List.of()),
        List.of(
            new LayerSpec.Linear(1, 1, true, new InitSpec.Normal(0, 1), new InitSpec.Constant(0))),
        new LossSpec(LossSpec.Type.MSE, LossSpec.Reduction.MEAN, 0.5),
        sgd(0.01, 0),
        new ScheduleSpec.Constant(),
        gradients(zeroGrad, 1),
        new StopSpec(null, 1000L, null, null, null),
        null,
        RecordSpec.NOTHING);
  }

  public static OptimizerSpec sgd(double lr, double momentum) {
    return new OptimizerSpec.Sgd(lr, momentum, 0, 0, false, false);
  }

  public static GradientSpec gradients(GradientSpec.ZeroGrad zeroGrad, int accumulationSteps) {
    return new GradientSpec(zeroGrad, accumulationSteps, null, null, GradientSpec.OnNonfinite.FAIL);
  }

  public static TrainingSpec with(TrainingSpec spec, List<LayerSpec> layers) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        layers,
        spec.loss(),
        spec.optimizer(),
        spec.schedule(),
        spec.gradients(),
        spec.stop(),
        spec.evaluation(),
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, DataSpec data) {
    return new TrainingSpec(
        spec.seed(),
        data,
        spec.layers(),
        spec.loss(),
        spec.optimizer(),
        spec.schedule(),
        spec.gradients(),
        spec.stop(),
        spec.evaluation(),
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, LossSpec loss) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        loss,
        spec.optimizer(),
        spec.schedule(),
        spec.gradients(),
        spec.stop(),
        spec.evaluation(),
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, OptimizerSpec optimizer) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        spec.loss(),
        optimizer,
        spec.schedule(),
        spec.gradients(),
        spec.stop(),
        spec.evaluation(),
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, ScheduleSpec schedule) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        spec.loss(),
        spec.optimizer(),
        schedule,
        spec.gradients(),
        spec.stop(),
        spec.evaluation(),
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, GradientSpec gradients) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        spec.loss(),
        spec.optimizer(),
        spec.schedule(),
        gradients,
        spec.stop(),
        spec.evaluation(),
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, StopSpec stop) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        spec.loss(),
        spec.optimizer(),
        spec.schedule(),
        spec.gradients(),
        stop,
        spec.evaluation(),
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, EvaluationSpec evaluation) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        spec.loss(),
        spec.optimizer(),
        spec.schedule(),
        spec.gradients(),
        spec.stop(),
        evaluation,
        spec.record(),
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, RecordSpec record) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        spec.loss(),
        spec.optimizer(),
        spec.schedule(),
        spec.gradients(),
        spec.stop(),
        spec.evaluation(),
        record,
        spec.parallel());
  }

  public static TrainingSpec with(TrainingSpec spec, ParallelSpec parallel) {
    return new TrainingSpec(
        spec.seed(),
        spec.data(),
        spec.layers(),
        spec.loss(),
        spec.optimizer(),
        spec.schedule(),
        spec.gradients(),
        spec.stop(),
        spec.evaluation(),
        spec.record(),
        parallel);
  }
}
