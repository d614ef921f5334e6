/** Optimizers and learning-rate schedules, as {@code torch.optim}. */
package dev.gradkeeper.engine.optim;
