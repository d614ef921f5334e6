package dev.gradkeeper.engine.train.spec;

/** Replaces a parameter's default draw; as in {@code torch.nn.init}. */
public sealed interface InitSpec {
  /** Normally distributed draws. */
  record Normal(double mean, double std) implements InitSpec {}

  /** Draws from [low, high). */
  record Uniform(double low, double high) implements InitSpec {}

  /** One value for all, and no draw. */
  record Constant(double value) implements InitSpec {}
}
