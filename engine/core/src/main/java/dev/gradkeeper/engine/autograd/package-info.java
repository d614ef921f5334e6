/**
 * Define-by-run differentiation with PyTorch's semantics. {@link
 * dev.gradkeeper.engine.autograd.TensorMath} and {@link dev.gradkeeper.engine.autograd.Functional}
 * compute and record an {@code Op} with what its gradient needs; {@code Backward} walks the
 * records, the latest first, through {@code BackwardRules}.
 */
package dev.gradkeeper.engine.autograd;
