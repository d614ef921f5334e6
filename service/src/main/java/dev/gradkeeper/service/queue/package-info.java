/**
 * The {@code job} table as a queue: claims, leases, the worker's slots, and what happens when a
 * worker is lost.
 */
package dev.gradkeeper.service.queue;
