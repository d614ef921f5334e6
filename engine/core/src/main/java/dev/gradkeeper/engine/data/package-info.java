/**
 * Datasets, samplers and the loader, as in {@code torch.utils.data}: the same seed gives the same
 * order of samples and leaves the generator where PyTorch leaves it.
 */
package dev.gradkeeper.engine.data;
