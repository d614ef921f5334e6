package dev.gradkeeper.engine.train.spec;

/** Replaces a parameter's default draw; as in {@code torch.nn.init}. */
public sealed interface InitSpec {
  record Normal(double mean, double std) implements InitSpec {}

  record Uniform(double low, double high) implements InitSpec {}

  record Constant(double value) implements InitSpec {}
}
