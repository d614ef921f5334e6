package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.scalar.Corrections;
import java.util.function.Consumer;

/**
 * Launches of optimizers.cl. Hyper-parameters are copied when a launch is enqueued, and again each
 * time that a recording is replayed.
 */
final class Optimizers {
  private static final String FAMILY = "optimizers";

  private final Launcher launcher;

  Optimizers(Launcher launcher) {
    this.launcher = launcher;
  }

  void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    Launcher.requireFloat(parameter, gradient);
    boolean momentum = momentumBuffer != null;
    View second = momentum ? momentumBuffer : gradient;
    Launch launch = launcher.of(FAMILY, momentum ? "sgd_momentum" : "sgd").buffer(gradient);
    if (momentum) {
      launch.buffer(momentumBuffer);
    }
    launch
        .buffer(parameter)
        .struct(StridedWalk.of(gradient, second, parameter).words())
        .number(parameter.count());
    int numbers = launch.next();
    submit(
        launch,
        parameter,
        l -> {
          l.from(numbers).number(-step.lr).number(step.weightDecay).number(step.maximize);
          if (momentum) {
            l.number(step.momentum)
                .number(1 - step.dampening)
                .number(step.nesterov)
                .number(step.first);
          }
        });
  }

  void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    Launcher.requireFloat(parameter, gradient, expAvg, expAvgSq);
    Launch launch =
        launcher
            .of(FAMILY, "adam")
            .buffer(gradient)
            .buffer(expAvg)
            .buffer(expAvgSq)
            .number(expAvgSq.offset())
            .buffer(parameter)
            .struct(StridedWalk.of(gradient, expAvg, parameter).words())
            .number(parameter.count());
    int numbers = launch.next();
    submit(
        launch,
        parameter,
        l ->
            l.from(numbers)
                .number(step.weightDecay)
                .number(step.maximize)
                .number(step.beta1)
                .number(1 - step.beta1)
                .number(step.beta2)
                .number(1 - step.beta2)
                .number(-Corrections.stepSize(step))
                .number(Corrections.rootOfSecond(step))
                .number(step.eps));
  }

  void clipByNorm(View values, View totalNorm, double maxNorm) {
    Launcher.requireFloat(values, totalNorm);
    Launch launch =
        launcher
            .of(FAMILY, "clip_by_norm")
            .buffer(values)
            .struct(StridedWalk.of(values).words())
            .number(values.count())
            .buffer(totalNorm)
            .number(totalNorm.offset())
            .number(maxNorm);
    submit(launch, values, _ -> {});
  }

  void clipByValue(View values, double limit) {
    Launcher.requireFloat(values);
    Launch launch =
        launcher
            .of(FAMILY, "clip_by_value")
            .buffer(values)
            .struct(StridedWalk.of(values).words())
            .number(values.count())
            .number(limit);
    submit(launch, values, _ -> {});
  }

  private void submit(Launch launch, View over, Consumer<Launch> mutable) {
    if (over.count() > 0) {
      launcher.submit(launch.over(over.count(), launcher.tuning().group()), mutable);
    }
  }
}
