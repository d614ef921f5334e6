package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.optim.Adam;
import dev.gradkeeper.engine.optim.FlatParameters;
import dev.gradkeeper.engine.optim.Optimizer;
import dev.gradkeeper.engine.optim.SGD;
import dev.gradkeeper.engine.optim.Schedule;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.ScheduleSpec;
import java.util.Arrays;
import java.util.List;

/** Makes the optimizer of a spec, and its schedule. */
final class OptimizerBuilder {
  private OptimizerBuilder() {}

  static Optimizer build(OptimizerSpec spec, List<Tensor> parameters) {
    return switch (spec) {
      case OptimizerSpec.Sgd sgd -> new SGD(parameters, sgd.lr(), options(sgd));
      case OptimizerSpec.Adam adam -> new Adam(parameters, adam.lr(), options(adam));
    };
  }

  static Optimizer build(OptimizerSpec spec, FlatParameters parameters) {
    return switch (spec) {
      case OptimizerSpec.Sgd sgd -> new SGD(parameters, sgd.lr(), options(sgd));
      case OptimizerSpec.Adam adam -> new Adam(parameters, adam.lr(), options(adam));
    };
  }

  private static SGD.Options options(OptimizerSpec.Sgd s) {
    return new SGD.Options(
        s.momentum(), s.dampening(), s.weightDecay(), s.nesterov(), s.maximize());
  }

  private static Adam.Options options(OptimizerSpec.Adam a) {
    return new Adam.Options(a.beta1(), a.beta2(), a.eps(), a.weightDecay(), a.maximize());
  }

  static Schedule schedule(ScheduleSpec spec, double lr) {
    return switch (spec) {
      case ScheduleSpec.Constant() -> new Schedule.Constant(lr);
      case ScheduleSpec.Step(int size, double gamma) -> new Schedule.Step(lr, size, gamma);
      case ScheduleSpec.MultiStep(int[] milestones, double gamma) ->
          new Schedule.MultiStep(lr, Arrays.stream(milestones).asLongStream().toArray(), gamma);
      case ScheduleSpec.Exponential(double gamma) -> new Schedule.Exponential(lr, gamma);
      case ScheduleSpec.Cosine(int warmup, int total, double minLr) ->
          new Schedule.Cosine(lr, warmup, total, minLr);
    };
  }
}
