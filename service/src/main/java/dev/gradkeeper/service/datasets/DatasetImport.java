package dev.gradkeeper.service.datasets;

import dev.gradkeeper.engine.io.DatasetFormatException;
import dev.gradkeeper.engine.io.ImageFolderZip;
import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.web.PrefixedId;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.model.DatasetFormat;
import dev.gradkeeper.service.web.model.FieldError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes an upload in: to a file, through the decoder, which is the check, and into the database.
 */
@Component
class DatasetImport {
  /** Uploads at a time, each of which may take a file of the largest size. */
  static final int PARALLEL = 8;

  private static final int BUFFER = 1 << 16;

  private final StoredDatasetRepository stored;
  private final Blobs blobs;
  private final DecodedCache cache;
  private final TemporaryFiles temporary;
  private final DatasetProperties properties;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Semaphore uploads = new Semaphore(PARALLEL);

  DatasetImport(
      StoredDatasetRepository stored,
      Blobs blobs,
      DecodedCache cache,
      TemporaryFiles temporary,
      DatasetProperties properties,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Clock clock) {
    this.stored = stored;
    this.blobs = blobs;
    this.cache = cache;
    this.temporary = temporary;
    this.properties = properties;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * @throws ProblemException 400, if the body breaks off; 413, if the body is too large; 422, if it
   *     is not what the format asks for; 429, if too many uploads are under way or the project's
   *     quota is used up
   * @throws IOException if the home folder cannot be read or written
   */
  StoredDataset run(String projectId, String name, DatasetFormat format, InputStream body)
      throws IOException {
    if (!uploads.tryAcquire()) {
      throw new ProblemException(
          HttpStatus.TOO_MANY_REQUESTS,
          "too_many_uploads",
          "%d uploads are under way; try again when one has ended.".formatted(PARALLEL));
    }
    Path file = temporary.create();
    try {
      Digest content = receive(body, file);
      StoredDataset dataset = new StoredDataset();
      dataset.createdAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
      dataset.id = PrefixedId.next("ds", dataset.createdAt);
      dataset.projectId = projectId;
      dataset.name = name;
      dataset.format = format.getValue();
      dataset.blob = content.bytes();
      dataset.size = Files.size(file);
      describe(dataset, content, file);
      return transaction.execute(_ -> store(dataset, file));
    } catch (DatasetFormatException e) {
      throw ProblemException.unprocessable(
          List.of(new FieldError("", e.reason().name().toLowerCase(Locale.ROOT), sentence(e))));
    } finally {
      Files.deleteIfExists(file);
      uploads.release();
    }
  }

  private Digest receive(InputStream body, Path file) throws IOException {
    long limit = properties.maxUpload().toBytes();
    MessageDigest digest = Digest.sha256();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      byte[] buffer = new byte[BUFFER];
      long total = 0;
      for (int count = read(body, buffer); count >= 0; count = read(body, buffer)) {
        total += count;
        if (total > limit) {
          throw tooLarge(limit);
        }
        out.write(buffer, 0, count);
      }
    }
    return new Digest(digest.digest());
  }

  /** A client that breaks off is not the server's failure. */
  private static int read(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST, "incomplete_body", "The body ended before its declared length.");
    }
  }

  /** The answer to a body that has more than {@code limit} bytes. */
  static ProblemException tooLarge(long limit) {
    return new ProblemException(
        HttpStatus.CONTENT_TOO_LARGE,
        "too_large",
        "An upload may have at most %,d bytes; the server's setting is GRADKEEPER_DATASETS_MAXUPLOAD."
            .formatted(limit));
  }

  private void describe(StoredDataset dataset, Digest content, Path file)
      throws IOException, DatasetFormatException {
    try (OpenDataset open = cache.open(content, decoded -> decode(file, decoded))) {
      dataset.splits = new LinkedHashMap<>();
      for (String split : open.splits()) {
        Images images = open.split(split);
        dataset.splits.put(split, new StoredDataset.Split(images.size()));
        dataset.info =
            new Info(List.of(images.channels(), images.height(), images.width()), images.classes());
      }
    }
  }

  private void decode(Path file, Path decoded) throws IOException, DatasetFormatException {
    try (ImageFolderZip zip = ImageFolderZip.open(file, properties.zipLimits())) {
      DecodedFile.write(zip, decoded);
    }
  }

  private StoredDataset store(StoredDataset dataset, Path file) {
    try (InputStream content = new BufferedInputStream(Files.newInputStream(file))) {
      blobs.put(dataset.content(), dataset.size, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    checkQuota(dataset);
    return stored.saveAndFlush(dataset);
  }

  /** Holds the project's row, so that uploads at the same time count each other. */
  private void checkQuota(StoredDataset dataset) {
    long quota =
        jdbc.sql("SELECT max_stored_bytes FROM project WHERE id = :id FOR NO KEY UPDATE")
            .param("id", dataset.projectId)
            .query((row, _) -> row.getObject(1) == null ? Long.MAX_VALUE : row.getLong(1))
            .single();
    long used = stored.storedBytes(dataset.projectId);
    if (used + dataset.size > quota) {
      throw new ProblemException(
          HttpStatus.TOO_MANY_REQUESTS,
          "quota_exceeded",
          "The project's quota max_stored_bytes is %,d, of which %,d are used; the upload has %,d."
              .formatted(quota, used, dataset.size));
    }
  }

  private static String sentence(DatasetFormatException e) {
    String message = e.getMessage();
    return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
  }
}
