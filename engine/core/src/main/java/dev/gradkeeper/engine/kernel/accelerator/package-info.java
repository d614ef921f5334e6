/**
 * Devices beside the CPU: how they are found, opened for a job, and how they fail. What drives them
 * are modules of their own, found by {@link java.util.ServiceLoader}.
 */
package dev.gradkeeper.engine.kernel.accelerator;
