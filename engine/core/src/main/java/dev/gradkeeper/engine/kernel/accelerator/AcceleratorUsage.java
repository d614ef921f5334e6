package dev.gradkeeper.engine.kernel.accelerator;

/**
 * What a session has done so far.
 *
 * @param memoryBytes held now
 * @param peakMemoryBytes held at most
 * @param launches of kernels
 * @param bytesWritten from the host to the device
 * @param bytesRead from the device to the host
 * @param busyNanos on the device's own clock, from the first command after the device was idle to
 *     the read that waited for it
 */
public record AcceleratorUsage(
    long memoryBytes,
    long peakMemoryBytes,
    long launches,
    long bytesWritten,
    long bytesRead,
    long busyNanos) {}
