package dev.gradkeeper.service.datasets;

import dev.gradkeeper.engine.io.DatasetFormatException;
import dev.gradkeeper.engine.io.ImageFolderZip;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.blobs.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.springframework.stereotype.Component;

/** Stored datasets, for those who train on them. */
@Component
public class Datasets {
  private final StoredDatasetRepository stored;
  private final Blobs blobs;
  private final DecodedCache cache;
  private final TemporaryFiles temporary;
  private final DatasetProperties properties;

  Datasets(
      StoredDatasetRepository stored,
      Blobs blobs,
      DecodedCache cache,
      TemporaryFiles temporary,
      DatasetProperties properties) {
    this.stored = stored;
    this.blobs = blobs;
    this.cache = cache;
    this.temporary = temporary;
    this.properties = properties;
  }

  /**
   * The images of a dataset, decoded here first if this node does not have them.
   *
   * @throws NoSuchElementException if the project has no such dataset
   * @throws IOException if the home folder cannot be written, or the stored bytes are broken
   */
  public OpenDataset open(String projectId, String datasetId) throws IOException {
    StoredDataset dataset =
        stored
            .findByIdAndProjectId(datasetId, projectId)
            .orElseThrow(
                () ->
                    new NoSuchElementException(
                        "dataset %s does not exist any more".formatted(datasetId)));
    Digest content = dataset.content();
    try {
      return cache.open(content, decoded -> decode(content, decoded));
    } catch (DatasetFormatException e) {
      // Its import accepted it: the limits have been lowered since, or the bytes have changed.
      throw new IOException("dataset %s cannot be read any more".formatted(datasetId), e);
    }
  }

  private void decode(Digest content, Path decoded) throws IOException, DatasetFormatException {
    Path file = temporary.create();
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        blobs.copy(content, out);
      }
      try (ImageFolderZip zip = ImageFolderZip.open(file, properties.zipLimits())) {
        DecodedFile.write(zip, decoded);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
