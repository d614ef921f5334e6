/** The CPU kernels in plain Java: the reference, the fallback, and the only ones for float64. */
package dev.gradkeeper.engine.kernel.scalar;
