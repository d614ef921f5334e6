/**
 * Records the kernels of a step once and runs them again without running the code that enqueued
 * them.
 */
package dev.gradkeeper.engine.plan;
