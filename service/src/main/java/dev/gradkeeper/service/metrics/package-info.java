/**
 * What jobs record: from the training thread through a bounded buffer into rows of arrays, and back
 * as the effective series.
 */
package dev.gradkeeper.service.metrics;
