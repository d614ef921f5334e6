package dev.gradkeeper.engine.train.spec;

/** Learning rate by update; as in {@code torch.optim.lr_scheduler}. */
public sealed interface ScheduleSpec {
  /** The optimizer's learning rate throughout. */
  record Constant() implements ScheduleSpec {}

  /** Times gamma every stepSize updates. */
  record Step(int stepSize, double gamma) implements ScheduleSpec {}

  /** Times gamma at each milestone. */
  record MultiStep(int[] milestones, double gamma) implements ScheduleSpec {}

  /** Times gamma every update. */
  record Exponential(double gamma) implements ScheduleSpec {}

  /** Linear warm-up over warmupSteps, then half a cosine to minLr at totalSteps. */
  record Cosine(int warmupSteps, int totalSteps, double minLr) implements ScheduleSpec {}
}
