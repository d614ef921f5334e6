/** Layers, losses, initialisation and gradient clipping, as {@code torch.nn}. */
package dev.gradkeeper.engine.nn;
