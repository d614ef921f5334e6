/**
 * Checkpoints in the database: written under a worker's fence together with the steps before them,
 * pruned, listed, and read back no other than they were written.
 */
@NullMarked
package dev.gradkeeper.service.checkpoints;

import org.jspecify.annotations.NullMarked;
