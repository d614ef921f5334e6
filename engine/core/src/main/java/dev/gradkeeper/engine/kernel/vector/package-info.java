/** The CPU kernels on the Vector API: float32, bit-equal to the scalar ones. */
package dev.gradkeeper.engine.kernel.vector;
