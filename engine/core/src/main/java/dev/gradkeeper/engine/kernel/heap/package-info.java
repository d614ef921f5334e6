/** Storages on the Java heap: the memory of the CPU device. The garbage collector frees them. */
package dev.gradkeeper.engine.kernel.heap;
