package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.Views.random;
import static dev.gradkeeper.engine.kernel.Views.randomStrided;
import static dev.gradkeeper.engine.kernel.Views.transpose;
import static dev.gradkeeper.engine.kernel.Views.zeros;

/** Updates of parameters. */
final class OptimizerCases extends CaseList {
  OptimizerCases() {
    optimizers();
  }

  private void optimizers() {
    for (int i = 0; i < 32; i++) {
      SgdStep step = new SgdStep();
      step.lr = 0.013;
      step.momentum = (i & 1) == 0 ? 0 : 0.9;
      step.dampening = (i & 2) == 0 ? 0 : 0.1;
      step.weightDecay = (i & 4) == 0 ? 0 : 0.01;
      step.nesterov = (i & 8) != 0;
      step.maximize = (i & 16) != 0;
      add(
          "sgd, options " + i,
          (k, t) -> {
            View p = random(t, 1, 3, 701);
            View buffer = step.momentum == 0 ? null : random(t, 2, 3, 701);
            for (int s = 0; s < 3; s++) {
              step.first = s == 0;
              k.sgd(step, p, random(t, 3 + s, 3, 701), buffer);
            }
            return buffer == null ? new View[] {p} : new View[] {p, buffer};
          });
    }
    add(
        "sgd strided",
        (k, t) -> {
          SgdStep step = new SgdStep();
          step.lr = 0.1;
          step.momentum = 0.5;
          View p = randomStrided(t, 1, 3, 7);
          View buffer = randomStrided(t, 2, 3, 7);
          k.sgd(step, p, transpose(random(t, 3, 7, 3)), buffer);
          return new View[] {p, buffer};
        });
    for (int i = 0; i < 8; i++) {
      AdamStep step = new AdamStep();
      step.lr = 0.013;
      step.beta1 = 0.9;
      step.beta2 = 0.999;
      step.eps = 1e-8;
      step.weightDecay = (i & 1) == 0 ? 0 : 0.01;
      step.maximize = (i & 2) != 0;
      int[] shape = (i & 4) != 0 ? new int[] {3, 701} : new int[] {5};
      add(
          "adam, options " + i,
          (k, t) -> {
            View p = random(t, 1, shape);
            View m = zeros(t, shape);
            View v = zeros(t, shape);
            for (int s = 1; s <= 3; s++) {
              step.step = s;
              k.adam(step, p, random(t, 1 + s, shape), m, v);
            }
            return new View[] {p, m, v};
          });
    }
  }
}
