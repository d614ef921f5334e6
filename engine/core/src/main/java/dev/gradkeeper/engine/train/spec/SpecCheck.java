package dev.gradkeeper.engine.train.spec;

import dev.gradkeeper.engine.train.spec.DataSpec.Inline;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Checks a spec against the data that it would train on.
 *
 * @param problems everything that is wrong, in the order of the spec; empty if the run can start
 * @param layers output shape and parameters of each layer, as far as they could be followed
 * @param totalSteps updates that the run makes if nothing ends it early; 0 where that is unknown
 * @param memoryBytes estimate of the memory that the run needs, its data included
 */
public record SpecCheck(
    List<SpecProblem> problems, List<LayerShape> layers, long totalSteps, long memoryBytes) {

  /**
   * Checks everything that can be checked without the data's contents.
   *
   * @param shapes the shape of a split by its name, null where there is no such split; for inline
   *     and generated data use {@link #shapesOf}
   */
  public static SpecCheck of(TrainingSpec spec, Function<String, DataShape> shapes) {
    Problems problems = new Problems();
    String split = spec.data().source() instanceof DataSpec.Stored s ? s.split() : "train";
    DataShape train = shapes.apply(split);
    RunCheck run = new RunCheck(spec, shapes, problems);
    List<LayerShape> layers = List.of();
    if (train == null) {
      problems.add(
          "/dataset/split", "unknown_split", "the dataset has no split \"%s\"".formatted(split));
    } else {
      DataCheck data = new DataCheck(spec, problems);
      data.checkData(train);
      layers = new ShapeInference(problems).infer(spec.layers(), train.inputShape());
      if (layers.size() == spec.layers().size()) {
        data.checkLoss(train, layers.getLast().output());
      }
    }
    new ModelCheck(spec, problems).check(layers);
    run.checkOptimizer();
    run.checkSchedule();
    run.checkParallel();
    long totalSteps = train == null ? 0 : run.checkStop(train);
    run.checkEvaluation(train);
    long memory = train == null ? 0 : MemoryEstimate.bytes(spec, train, layers);
    return new SpecCheck(problems.found(), layers, totalSteps, memory);
  }

  /** The shapes of data that is in the spec itself: the split {@code train} alone. */
  public static Function<String, DataShape> shapesOf(DataSpec.Source source, LossSpec loss) {
    DataShape train =
        switch (source) {
          case Inline inline -> inlineShape(inline, loss);
          case DataSpec.LinearRegression generated ->
              new DataShape(generated.samples(), new int[] {1}, false, 0, new int[] {1});
          case DataSpec.Stored stored ->
              throw new IllegalArgumentException(
                  "dataset %s is not in the spec".formatted(stored.id()));
        };
    return split -> split.equals("train") ? train : null;
  }

  private static DataShape inlineShape(Inline inline, LossSpec loss) {
    int samples = inline.inputShape()[0];
    int[] input = sampleShape(inline.inputShape());
    if (loss.type() == LossSpec.Type.CROSS_ENTROPY) {
      double largest = Arrays.stream(inline.targets()).max().orElse(0);
      return new DataShape(samples, input, false, (int) Math.max(1, largest + 1), new int[0]);
    }
    return new DataShape(samples, input, false, 0, sampleShape(inline.targetShape()));
  }

  /** A scalar sample is a vector of one. */
  private static int[] sampleShape(int[] shape) {
    return shape.length == 1 ? new int[] {1} : Arrays.copyOfRange(shape, 1, shape.length);
  }
}
