/**
 * Turns a {@link dev.gradkeeper.engine.train.spec.TrainingSpec} into a run that reports each step
 * to a listener and can be stopped between steps. It knows nothing of Spring or SQL.
 */
package dev.gradkeeper.engine.train;
