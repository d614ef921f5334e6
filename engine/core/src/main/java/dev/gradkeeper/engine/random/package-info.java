/** PyTorch's CPU random numbers, bit for bit. Depends on the JDK alone. */
package dev.gradkeeper.engine.random;
