package dev.gradkeeper.engine.tensor;

/** How often memory was modified in place; one for all the tensors that view the same memory. */
final class VersionCounter {
  int value;
}
