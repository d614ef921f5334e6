package dev.gradkeeper.service.artifacts;

import dev.gradkeeper.service.blobs.Digest;
import java.nio.file.Path;

/**
 * A trained model on its way into the database.
 *
 * @param step that it was trained for
 */
public record ModelFile(long step, Path file, Digest digest, long size) {}
