/** The CPU as a device, and the choice of its kernels. */
package dev.gradkeeper.engine.kernel.cpu;
