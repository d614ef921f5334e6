package dev.gradkeeper.engine.optim;

import java.util.Arrays;

/**
 * The learning rate of each update, a pure function of its number. With t updates done before, the
 * n-th one (n = t + 1, from 1) uses what {@code torch.optim.lr_scheduler} gives after t steps of
 * the scheduler.
 */
public sealed interface Schedule {

  /** The learning rate of update {@code step}, from 1. */
  double lr(long step);

  /** {@code lr}, always. */
  record Constant(double lr) implements Schedule {
    @Override
    public double lr(long step) {
      return lr;
    }
  }

  /** lr·gamma^⌊t/stepSize⌋. */
  record Step(double lr, long stepSize, double gamma) implements Schedule {
    public Step {
      requirePositive("stepSize", stepSize);
    }

    @Override
    public double lr(long step) {
      return lr * StrictMath.pow(gamma, (step - 1) / stepSize);
    }
  }

  /** lr·gamma^(number of milestones that are at most t). */
  record MultiStep(double lr, long[] milestones, double gamma) implements Schedule {
    public MultiStep {
      milestones = milestones.clone();
      Arrays.sort(milestones);
    }

    @Override
    public double lr(long step) {
      int passed = 0;
      while (passed < milestones.length && milestones[passed] <= step - 1) {
        passed++;
      }
      return lr * StrictMath.pow(gamma, passed);
    }
  }

  /** lr·gamma^t. */
  record Exponential(double lr, double gamma) implements Schedule {
    @Override
    public double lr(long step) {
      return lr * StrictMath.pow(gamma, step - 1);
    }
  }

  /**
   * Linear warm-up, then half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983):
   *
   * <pre>
   * lr·(t + 1)/warmupSteps                                    for t &lt; warmupSteps
   * minLr + (lr - minLr)·(1 + cos(π·(t - warmupSteps)/(totalSteps - warmupSteps)))/2   after that
   * minLr                                                     for t ≥ totalSteps
   * </pre>
   */
  record Cosine(double lr, long warmupSteps, long totalSteps, double minLr) implements Schedule {
    public Cosine {
      if (warmupSteps < 0 || totalSteps <= warmupSteps) {
        throw new IllegalArgumentException(
            "schedule: totalSteps must exceed warmupSteps, got %d and %d"
                .formatted(totalSteps, warmupSteps));
      }
    }

    @Override
    public double lr(long step) {
      long done = step - 1;
      if (done < warmupSteps) {
        return lr * (done + 1) / warmupSteps;
      }
      if (done >= totalSteps) {
        return minLr;
      }
      double progress = (double) (done - warmupSteps) / (totalSteps - warmupSteps);
      // StrictMath: the same bits on every machine
      return minLr + (lr - minLr) * (1 + StrictMath.cos(Math.PI * progress)) / 2;
    }
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "schedule: %s must be positive, got %d".formatted(name, value));
    }
  }
}
