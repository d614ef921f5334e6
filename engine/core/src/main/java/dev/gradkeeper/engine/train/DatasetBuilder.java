package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.data.Dataset;
import dev.gradkeeper.engine.data.ImageDataset;
import dev.gradkeeper.engine.data.LinearRegressionData;
import dev.gradkeeper.engine.data.TensorDataset;
import dev.gradkeeper.engine.data.Transform;
import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.SpecCheck;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.engine.train.spec.TransformSpec;
import java.util.Arrays;
import java.util.List;

/** Makes the datasets of a spec. */
final class DatasetBuilder {
  private DatasetBuilder() {}

  static Dataset training(TrainingSpec spec, StoredImages stored, Generator generator) {
    return switch (spec.data().source()) {
      case DataSpec.Stored s -> images(spec, stored, s.split());
      case DataSpec.Inline inline -> inline(inline, spec.loss());
      case DataSpec.LinearRegression g ->
          LinearRegressionData.draw(
              generator,
              g.samples(),
              (float) g.xScale(),
              (float) g.weight(),
              (float) g.bias(),
              (float) g.noise());
    };
  }

  /** Data in the spec has the split train alone. */
  static Dataset evaluation(TrainingSpec spec, StoredImages stored, Dataset training) {
    return spec.data().source() instanceof DataSpec.Stored
        ? images(spec, stored, spec.evaluation().split())
        : training;
  }

  private static Dataset images(TrainingSpec spec, StoredImages stored, String split) {
    Images images = stored.split(split);
    return new ImageDataset(images, transforms(spec.data().transforms(), images.channels()));
  }

  private static List<Transform> transforms(List<TransformSpec> specs, int channels) {
    return specs.stream()
        .<Transform>map(
            spec ->
                switch (spec) {
                  case TransformSpec.ToTensor() -> new Transform.ToTensor();
                  case TransformSpec.Normalize(double[] mean, double[] std) ->
                      new Transform.Normalize(
                          perChannel(mean, channels), perChannel(std, channels));
                })
        .toList();
  }

  /** One value stands for all channels. */
  private static float[] perChannel(double[] values, int channels) {
    float[] out = new float[channels];
    for (int c = 0; c < channels; c++) {
      out[c] = (float) values[values.length == 1 ? 0 : c];
    }
    return out;
  }

  private static Dataset inline(DataSpec.Inline inline, LossSpec loss) {
    float[] inputs = floats(inline.inputs());
    int[] inputShape = vectors(inline.inputShape());
    if (loss.type() == LossSpec.Type.CROSS_ENTROPY) {
      int[] labels = Arrays.stream(inline.targets()).mapToInt(target -> (int) target).toArray();
      int classes = SpecCheck.shapesOf(inline, loss).apply("train").classes();
      return TensorDataset.of(inputs, inputShape, labels, classes);
    }
    return TensorDataset.of(
        inputs, inputShape, floats(inline.targets()), vectors(inline.targetShape()));
  }

  /** A scalar sample is a vector of one. */
  private static int[] vectors(int[] shape) {
    return shape.length == 1 ? new int[] {shape[0], 1} : shape;
  }

  private static float[] floats(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }
}
