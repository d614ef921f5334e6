/**
 * GPUs through OpenCL 1.2: devices, memory, programs, and the kernels' calls. The kernels
 * themselves are the {@code .cl} resources of this package, one file for each family.
 */
package dev.gradkeeper.engine.opencl;
