package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.autograd.GradMode.noGrad;

import dev.gradkeeper.engine.autograd.TensorMath;
import dev.gradkeeper.engine.data.Batch;
import dev.gradkeeper.engine.data.DataLoader;
import dev.gradkeeper.engine.data.Dataset;
import dev.gradkeeper.engine.data.Epoch;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.nn.Module;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.spec.LossSpec;
import java.util.function.BooleanSupplier;

/**
 * Loss and accuracy over a split, in evaluation mode, without gradients. Its loader has a generator
 * of its own, so that evaluating draws nothing from the run's.
 */
final class Evaluator {
  private static final int BATCH_SIZE = 100;

  private final Module model;
  private final Criterion criterion;
  private final boolean classification;
  private final boolean mean;
  private final DataLoader loader;

  Evaluator(Module model, LossSpec loss, Dataset dataset, Device device) {
    this.model = model;
    this.criterion = new Criterion(loss);
    this.classification = loss.type() == LossSpec.Type.CROSS_ENTROPY;
    this.mean = loss.reduction() == LossSpec.Reduction.MEAN;
    this.loader =
        DataLoader.of(dataset)
            .batchSize(BATCH_SIZE)
            .generator(new Generator())
            .device(device)
            .reuseBatches(true)
            .build();
  }

  /**
   * What an evaluation found.
   *
   * @param loss over the whole split, reduced as the training loss
   * @param accuracy share of samples whose largest output is their class; NaN without classes
   */
  record Scores(double loss, double accuracy) {}

  /** Null if {@code stopRequested} became true before it was done. */
  Scores evaluate(BooleanSupplier stopRequested) {
    double lossSum = 0;
    long correct = 0;
    long samples = 0;
    model.eval();
    try (var _ = noGrad();
        Epoch epoch = loader.iterator()) {
      while (epoch.hasNext()) {
        if (stopRequested.getAsBoolean()) {
          return null;
        }
        Batch batch = epoch.next();
        Tensor output = model.forward(batch.inputs());
        double loss = criterion.loss(output, batch.targets()).item();
        lossSum += mean ? loss * batch.size() : loss;
        samples += batch.size();
        if (classification) {
          correct += correct(output, batch.targets());
        }
      }
    } finally {
      model.train();
    }
    return new Scores(
        mean ? lossSum / samples : lossSum,
        classification ? (double) correct / samples : Double.NaN);
  }

  private static int correct(Tensor output, Tensor targets) {
    int[] predicted = TensorMath.argmax(output).toIntArray();
    int[] expected = targets.toIntArray();
    int correct = 0;
    for (int i = 0; i < expected.length; i++) {
      correct += predicted[i] == expected[i] ? 1 : 0;
    }
    return correct;
  }
}
