/**
 * Files that other programs write and read. Everything that a file can declare is checked before
 * memory is taken for it.
 */
package dev.gradkeeper.engine.io;
