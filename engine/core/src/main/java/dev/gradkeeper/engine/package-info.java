/**
 * Gradkeeper's autograd engine, a plain library on the JDK alone. Dependencies point one way:
 * {@code train → nn, optim, data, io → autograd → tensor → kernel, random}.
 */
package dev.gradkeeper.engine;
