/**
 * Bytes in the database, addressed by their SHA-256: uploaded files, weights. Depends on no other
 * package of the service.
 */
@NullMarked
package dev.gradkeeper.service.blobs;

import org.jspecify.annotations.NullMarked;
