/**
 * Tensors: memory of a device seen through a shape, with what autograd needs to know about it.
 * Nothing here computes gradients; {@code autograd} does, through {@link
 * dev.gradkeeper.engine.tensor.GradientFunction}.
 */
package dev.gradkeeper.engine.tensor;
