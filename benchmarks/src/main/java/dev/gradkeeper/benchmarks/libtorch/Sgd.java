package dev.gradkeeper.benchmarks.libtorch;

/** Hyper-parameters of {@code torch.optim.SGD}. */
public record Sgd(double lr, double momentum) {}
